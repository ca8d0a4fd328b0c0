"""A JSON schema as the `response_format` of a request, in OpenAI's form, which LiteLLM translates."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

FORM: Final = "response_format"
SCHEMA: Final = "json_schema"
"""Its name in a request, and that of the field of the sampling."""

ANY_OBJECT: Final[Mapping[str, Any]] = {"type": "object"}
"""The schema of any JSON object, which has a form of its own."""


def response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The form that asks for JSON by a schema; strict where the provider's strict mode takes the schema.

    >>> response_format({"type": "object"})
    {'type': 'json_object'}
    >>> response_format({"type": "integer"})["json_schema"]["strict"]
    True
    """
    if schema == ANY_OBJECT:
        return {"type": "json_object"}
    shown = {"name": "answer", "schema": dict(schema), "strict": all(map(is_closed, objects(schema)))}
    return {"type": SCHEMA, SCHEMA: shown}


def objects(schema: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - any JSON
    """All parts of a schema that are schemas of objects."""
    if isinstance(schema, Mapping):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from objects(part)


def is_closed(schema: Mapping[str, Any]) -> bool:
    """True if an object has all of its fields and no other, as OpenAI's strict mode demands."""
    named = set(schema.get("properties", {}))
    return schema.get("additionalProperties") is False and set(schema.get("required", ())) == named
