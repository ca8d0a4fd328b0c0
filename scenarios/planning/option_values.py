"""Checks values from a file against the options of a protocol, a task, a grader, a topology or a trainer."""

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, signature
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from ...agents.errors import BadScenario, UnknownName
from ...agents.options import TAKEN


def checked_options(kind_of: type[BaseModel], given: Mapping[str, Any], *, kind: str, where: str) -> dict[str, Any]:
    """The given options, converted to their types. Raises `UnknownName` or `BadScenario`."""
    for name in given:
        if name not in kind_of.model_fields:
            raise UnknownName(kind, name, kind_of.model_fields, where=where)
    try:
        found = kind_of.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "extra_forbidden" and (nested := inner(kind_of, first["loc"][:-1])):
            inside = ".".join([where, *map(str, first["loc"][:-1])])
            raise UnknownName(kind, str(first["loc"][-1]), nested.model_fields, where=inside) from None
        if first["type"] == "missing":
            raise BadScenario(f"{where}: {'.'.join(map(str, first['loc']))} is missing. Say what it is.") from None
        place = (
            ".".join(str(part) for part in first["loc"] if not str(part).startswith(("tuple[", "literal[")))
            or "options"
        )
        wrong = str(first.get("ctx", {}).get("error", "")) or f"{first['msg'][0].lower()}{first['msg'][1:]}"
        raise BadScenario(f"{where}.{place}: {wrong.rstrip('.')}, not {first['input']!r}.") from None
    return {name: getattr(found, name) for name in given}


def inner(kind: type[BaseModel], place: Sequence[int | str]) -> type[BaseModel] | None:
    """The class of settings at a place within options; None if there is none."""
    found: type[BaseModel] | None = kind
    for name in place:
        annotation = found.model_fields[str(name)].annotation if found and str(name) in found.model_fields else None
        kinds = [
            one for one in (annotation, *get_args(annotation)) if isinstance(one, type) and issubclass(one, BaseModel)
        ]
        found = kinds[0] if kinds else None
    return found


def options_of(function: Callable[..., Any], *, without: tuple[str, ...] = ()) -> type[BaseModel]:
    """The keyword-only parameters of a function, with their types and defaults, as a closed model."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {
        option.name: (hints[option.name], ... if option.default is Parameter.empty else option.default)
        for option in signature(function).parameters.values()
        if option.kind is Parameter.KEYWORD_ONLY and option.name not in without
    }
    return create_model("Options", __config__=ConfigDict(extra="forbid", allow_inf_nan=False), **fields)


def given_options(function: Callable[..., Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that a function takes as keywords; all, where it takes an `options` object."""
    if getattr(function, TAKEN, None) is not None:
        return dict(options)
    taken = signature(function).parameters
    return {name: value for name, value in options.items() if name in taken}
