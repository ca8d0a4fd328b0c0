"""Reads scenario files: YAML, overrides, schema. Nothing is loaded and nothing is looked up."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from ...agents.errors import BadScenario
from .schema import Scenario

S = TypeVar("S", bound=BaseModel)


class Closed(yaml.SafeLoader):
    """A loader of plain YAML that refuses a key written twice.

    >>> yaml.load("{seed: 1, seed: 2}", Closed)
    Traceback (most recent call last):
    yaml.constructor.ConstructorError: while reading a mapping
      in "<unicode string>", line 1, column 1:
        {seed: 1, seed: 2}
        ^
    the key 'seed' is written twice
      in "<unicode string>", line 1, column 11:
        {seed: 1, seed: 2}
                  ^
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping. Raises `ConstructorError` for a key written twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                twice = f"the key {key.value!r} is written twice"
                raise yaml.constructor.ConstructorError(
                    "while reading a mapping", node.start_mark, twice, key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def read(path: Path, overrides: Sequence[str] = ()) -> Scenario:
    """A scenario file with its overrides, `task.limit=20`. Raises `BadScenario`."""
    data = document(path, overrides)
    if "train" in data:
        raise BadScenario(f"{path.name}: is a training file. Use `symposia train {path.name}`.")
    return parse(Scenario, data, where=path.name)


def document(path: Path, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """A YAML file as data. Raises `BadScenario`."""
    if not path.is_file():
        near = get_close_matches(path.name, [file.name for file in path.parent.glob("*.y*ml")], n=1)
        hint = (
            f"Did you mean {near[0]!r}?"
            if near
            else "Name a YAML file; `symposia list scenarios` names those of the library."
        )
        raise BadScenario(f"{path}: no such file. {hint}")
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Closed)
    except (yaml.YAMLError, ValueError, OSError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not text"
        raise BadScenario(f"{path.name}{line}: not YAML ({problem}). Correct the syntax there.") from None
    if not isinstance(data, dict):
        raise BadScenario(f"{path.name}: says nothing. A scenario has protocol, team and task.")
    return changed(data, overrides)


def changed(data: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """A copy of data with its overrides, `task.limit=20`. Raises `BadScenario`."""
    copy = deepcopy(dict(data))
    for override in overrides:
        override_one(copy, override)
    return copy


def override_one(data: dict[str, Any], override: str) -> None:
    """Set one value, as in `--set task.limit=20`; the value is YAML. Raises `BadScenario`."""
    dotted, equals, value = override.partition("=")
    if not equals or not dotted:
        raise BadScenario(f"--set {override}: no value. Write it as key.key=value.")
    try:
        parsed = yaml.safe_load(value)
    except yaml.YAMLError:
        raise BadScenario(f"--set {override}: the value is not YAML. Quote it.") from None
    *parents, last = dotted.split(".")
    place: Any = data
    for key in parents:
        place = place.setdefault(key, {}) if isinstance(place, dict) else place[position(place, key, override)]
    if isinstance(place, dict):
        place[last] = parsed
    else:
        place[position(place, last, override)] = parsed


def position(place: object, key: str, override: str) -> int:
    """An index of a list, from 0. Raises `BadScenario` where there is no list, or the index is out of range."""
    if not isinstance(place, list):
        raise BadScenario(f"--set {override}: {key!r} is below a plain value. Set the value above it.")
    if not key.isdigit() or int(key) >= len(place):
        raise BadScenario(f"--set {override}: {key!r} is not an index of a list of {len(place)}. Count from 0.")
    return int(key)


def parse(kind: type[S], data: object, *, where: str) -> S:
    """Data as a closed pydantic type. Raises `BadScenario` with the key and close matches of a misspelled one."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise BadScenario(explained(kind, error, where)) from None


def explained(kind: type[BaseModel], error: ValidationError, where: str) -> str:
    """The error message for the first error, with the number of the others."""
    first, *more = error.errors()
    parts = [str(part) for part in first["loc"] if str(part) not in ("Nest", "str", "dict[str,any]")]
    place = f"{where}: {'.'.join(parts)}" if parts else where
    others = f" ({len(more)} more after it.)" if more and first["type"] != "extra_forbidden" else ""
    if first["type"] == "extra_forbidden":
        known = fields(kind, parts[:-1])
        close = get_close_matches(parts[-1], known, n=1, cutoff=0.5)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        above = ".".join(parts[:-1])
        return f"{where}: no key named {parts[-1]!r}{f' in {above}' if above else ''}. {hint}Known: {', '.join(known)}."
    if first["type"] == "missing":
        return f"{place}: missing. Write it."
    return f"{place}: {wrong(first)}{others}"


def wrong(error: Any) -> str:  # noqa: ANN401 - pydantic's details of one error
    """One of pydantic's errors as text: what is wrong, and what would be right."""
    given, limits = repr(error["input"]), error.get("ctx", {})
    if error["type"] == "value_error":  # raised by a check of ours, in our own words
        return str(limits["error"])
    said = {
        "greater_than_equal": f"{given} is too small. Write at least {limits.get('ge')}.",
        "greater_than": f"{given} is too small. Write more than {limits.get('gt')}.",
        "less_than_equal": f"{given} is too large. Write at most {limits.get('le')}.",
        "too_short": "is empty. Give at least one.",
        "literal_error": f"{given} is not one of {limits.get('expected')}. Write one of them.",
        "model_type": f"{given} is not a mapping. Write it as {{key: value}}.",
        "int_parsing": f"{given} is not a whole number. Write one.",
        "int_type": f"{given} is not a whole number. Write one.",
    }
    message = error["msg"]
    return said.get(error["type"], f"{message[0].lower()}{message[1:].rstrip('.')}, not {given}.")


def fields(kind: type[BaseModel], path: Sequence[str]) -> list[str]:
    """The keys of a schema at a path, in which indices of lists and keys of mappings stand for nothing."""
    for part in path:
        if part not in kind.model_fields:  # a place in a list, or a name of the user's own
            continue
        found = [
            a for a in flat(kind.model_fields[part].annotation) if isinstance(a, type) and issubclass(a, BaseModel)
        ]
        kind = found[0]
    return sorted(kind.model_fields)


def flat(annotation: object) -> list[object]:
    """An annotation and all its arguments, recursively."""
    return [annotation, *(part for argument in get_args(annotation) for part in flat(argument))]
