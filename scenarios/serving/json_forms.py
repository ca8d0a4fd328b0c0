"""Answers in JSON: the form that a request asks for, as a change to the sampling, and whether the answer has it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ...agents.errors import BadMessage
from ...agents.json_form import Form
from ...agents.models.forcing import forces_schema
from .errors import Refused
from .offered import Offered, Said

SCHEMA: Final = "json_schema"
ANY_OBJECT: Final[Mapping[str, Any]] = {"type": "object"}
KINDS: Final = ("text", "json_object", SCHEMA)


def form_asked(given: Mapping[str, Any] | None, one: Offered, param: str) -> dict[str, Any]:
    """The schema that a request's form asks for, as a change to the sampling; empty for text.

    Raises `Refused` for a form that is none, and where nobody keeps to a schema: some member must.
    """
    kind = (given or {}).get("type", "text")
    if given is None or kind == "text":
        return {}
    if kind not in KINDS:
        raise Refused(400, f"{param}: the type {kind!r} is none. Use {', '.join(KINDS)}.", param=param)
    if not any(map(forces_schema, one.team.models.values())):
        words = f"{param}: {one.name} keeps to no schema. Ask for the form in words."
        raise Refused(400, words, param=param, code="unsupported")
    return {SCHEMA: ANY_OBJECT if kind == "json_object" else schema_in(given, param)}


def schema_in(given: Mapping[str, Any], param: str) -> Mapping[str, Any]:
    """The schema of a form: in chat completions under `json_schema`, in responses beside its type. Raises `Refused`."""
    held = given.get(SCHEMA, given)
    schema = held.get("schema") if isinstance(held, Mapping) else None
    if not isinstance(schema, Mapping):
        raise Refused(400, f"{param}: no schema in it. Give one, as an object.", param=param)
    try:
        Form.of(schema)
    except BadMessage as error:
        raise Refused(400, f"{param}: {error}", param=param) from None
    return schema


def check_form(said: Iterable[Said], asked: Mapping[str, Any]) -> None:
    """Raise `Refused` for an answer that does not follow the schema asked for, unless it was cut off: that it says."""
    if SCHEMA not in asked:
        return
    form = Form.of(asked[SCHEMA])
    for one in said:
        if one.answer.finish in ("eos", "stop_string") and form.problem(one.answer.text) is not None:
            raise Refused(502, "the answer: does not follow the schema that was asked for. Ask one of the members.")
