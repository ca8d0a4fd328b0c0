"""Generates a page for each protocol of this package, from its file: `docs/protocols/LEVEL/NAME.md`."""

from collections.abc import Iterable, Mapping
from inspect import getdoc
from pathlib import Path
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ..planning.protocol_spec import SHOWS, ProtocolSpec
from .protocol_texts import Told, told
from .tables import escaped

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = ROOT / "docs" / "protocols"
LIBRARY: Final = "scenarios/library"
LEVELS: Final = {
    "api": "Who speaks",
    "text": "What is said",
    "logit": "What comes next",
    "weight": "What they are",
}
"""The levels, in the order in which a model is opened up."""


def page(spec: ProtocolSpec, scenarios: Mapping[str, str], measured: Iterable[str]) -> str:
    """The page of a protocol, given its scenarios by file name, and the lines of what was measured."""
    said = told(getdoc(spec.module) or "")
    parts = [
        f"# {spec.name}",
        said.summary,
        *algorithm(said),
        needs(spec),
        *fidelity(said),
        "## Options",
        options(spec),
        "## A scenario",
        scenario(scenarios),
        "## Measured on the pocket models",
        "\n".join(measured) or "Not measured: no table of this repository has a number of it.",
        f"*Written by `make docs` from `protocols/{spec.name}.py`.*",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def algorithm(said: Told) -> list[str]:
    """The pseudo-code of the file, and what it says of it and its source."""
    return ["## Algorithm", *said.body]


def fidelity(said: Told) -> list[str]:
    """The lines on what differs from the original, as far as the file says it."""
    if not said.differs:
        return []
    return ["## Fidelity", "The equations are those above, under *Algorithm*.", *said.differs]


def needs(spec: ProtocolSpec) -> str:
    """The needs of a protocol, of its models, its topology and its sampling, as a list."""
    lines = [f"- **Models** that {SHOWS[spec.needs][0]} (`{spec.needs.__name__}`)"]
    for option, kind in spec.roles.items():
        lines.append(
            f"- **`{option}`**, where it is given, names a member that can {SHOWS[kind][0]} (`{kind.__name__}`)"
        )
    if spec.hears:
        lines.append("- **A topology**: its members hear each other")
    if spec.draws:
        lines.append("- **A temperature** above 0: it draws tokens")
    if "prepare" in spec.verbs and spec.looks_at_dev({}):
        lines.append("- **Dev questions**: it is prepared on them, once a run, unless its options say otherwise")
    return "## Needs\n\n" + "\n".join(lines)


def options(spec: ProtocolSpec) -> str:
    """The options as a table: name, type, default and description."""
    fields = spec.options.model_fields
    if not fields:
        return "None."
    types = spec.options.model_json_schema(mode="validation")
    rows = ["| option | type | default | description |", "|---|---|---|---|"]
    for name, field in fields.items():
        kind = escaped(typed(types["properties"][name], types.get("$defs", {})))
        rows.append(f"| `{name}` | {kind} | {default(field)} | {escaped(field.description or '')} |")
    return "\n".join(rows)


def typed(schema: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """A JSON schema in a few words, with its bounds.

    >>> typed({"type": "integer", "minimum": 0}, {})
    'integer, at least 0'
    >>> typed({"anyOf": [{"enum": ["dev", "none"], "type": "string"}, {"type": "null"}]}, {})
    '`dev`, `none`, or null'
    """
    if "$ref" in schema:
        return typed(known[schema["$ref"].rpartition("/")[2]], known)
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return ", or ".join(dict.fromkeys(typed(one, known) for one in several))
    kind = str(schema.get("type", "any"))
    if kind == "array" and "items" in schema:
        return f"list of {typed(schema['items'], known)}"
    if kind == "object" and schema.get("properties"):
        return f"mapping with {', '.join(f'`{name}`' for name in schema['properties'])}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"mapping of {typed(schema['additionalProperties'], known)}"
    return ", ".join([{"object": "mapping"}.get(kind, kind), *bounds(schema)])


def bounds(schema: Mapping[str, Any]) -> list[str]:
    """The bounds of a number in words."""
    words = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
    return [f"{word} {schema[key]:g}" for key, word in words.items() if key in schema]


def default(field: FieldInfo) -> str:
    """The default of an option, as a scenario would say it."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined or value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if hasattr(value, "model_dump"):
        return "its own defaults"
    return f"`{escaped(str(value))}`" if str(value) else "empty"


def scenario(files: Mapping[str, str]) -> str:
    """The first scenario that uses it, in full, and the names of the others."""
    if not files:
        return "The library has none of it alone."
    (first, text), *others = files.items()
    more = f"\n\nAlso: {', '.join(f'`{Path(name).stem}`' for name, _ in others)}." if others else ""
    shown = "\n".join(line for line in text.strip().splitlines() if not line.startswith("# yaml-language-server"))
    command = f"`symposia run {Path(first).stem}`, which is `{LIBRARY}/{first}`:"
    return f'{command}\n\n```yaml title="{first}"\n{shown}\n```{more}'
