"""The form of an answer in JSON: the schema that a model is told, and the type that its answer is read as."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from .errors import BadAnswer, BadMessage
from .message import Answer

T = TypeVar("T")

SAID: Final = "Reply with JSON alone, without a word before or after it. It must follow this JSON schema:\n{}"


@dataclass(frozen=True)
class Form(Generic[T]):
    """The form of an answer: a JSON schema, and the type that it is read as, any JSON if that is `Any`.

    >>> form = Form.of(list[int])
    >>> form.schema
    {'items': {'type': 'integer'}, 'type': 'array'}
    >>> form.read(Answer(text="[1, 2]"))
    [1, 2]
    """

    schema: Mapping[str, Any]
    reader: "TypeAdapter[T]"

    @classmethod
    def of(cls, kind: type[T] | Mapping[str, Any]) -> "Form[Any]":
        """The form of a JSON schema, or of any type that pydantic validates; of a type, objects have no other fields.

        Raises `BadMessage` for a schema that is none.
        """
        if isinstance(kind, Mapping):
            check_schema(kind)
            return Form(kind, TypeAdapter(Any))
        reader = TypeAdapter(kind)
        return Form(closed(reader.json_schema()), reader)

    @property
    def words(self) -> str:
        """The form, in words for a model."""
        return SAID.format(json.dumps(self.schema))

    def problem(self, text: str) -> str | None:
        """The reason why a text is not of this form; None if it is."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return "is not JSON"
        rule = broken(value, self.schema)
        return None if rule is None else f"does not follow the schema ({rule})"

    def read(self, answer: Answer, *, where: str = "answer") -> T:
        """The value in an answer. Raises `BadAnswer` for one that was cut off, is not JSON, or breaks the schema."""
        if answer.finish in ("length", "unfinished"):
            raise BadAnswer(f"{where}: was cut off before its end: {shown(answer)}. Raise max_tokens.")
        if problem := self.problem(unfenced(answer.text)):
            raise BadAnswer(f"{where}: {problem}: {shown(answer)}. Ask again, or a model that keeps to a schema.")
        try:
            return self.reader.validate_json(unfenced(answer.text))
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            raise BadAnswer(f"{where}: is not of the type ({problem}): {shown(answer)}. Ask again.") from None


def check_schema(schema: Mapping[str, Any]) -> None:
    """Raise `BadMessage` for a schema that is none, or that refers to another one: nothing is fetched."""
    from jsonschema import Draft202012Validator, SchemaError  # type: ignore[import-untyped]

    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        raise BadMessage(f"schema: not a JSON schema ({error.message}). Follow JSON Schema 2020-12.") from None
    if not schema:
        raise BadMessage("schema: empty. Write {'type': 'object'} for any object.")
    for found in references(schema):
        if not found.startswith("#"):
            raise BadMessage(f"schema: refers to {found[:80]!r}. Refer to its own parts alone, as '#/$defs/name'.")


def references(schema: object) -> Iterator[str]:
    """Everything that a schema refers to.

    >>> list(references({"items": [{"$ref": "#/$defs/a"}]}))
    ['#/$defs/a']
    """
    if isinstance(schema, Mapping):
        yield from (ref for name in ("$ref", "$dynamicRef") if isinstance(ref := schema.get(name), str))
    parts = schema.values() if isinstance(schema, Mapping) else schema if isinstance(schema, list | tuple) else ()
    for part in parts:
        yield from references(part)


def broken(value: object, schema: Mapping[str, Any]) -> str | None:
    """The first rule of a schema that a value breaks, in words; None if it follows all.

    Raises `BadMessage` for a schema that refers to what it does not have. jsonschema by itself would fetch it.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import EMPTY_REGISTRY

    try:
        error = best_match(Draft202012Validator(dict(schema), registry=EMPTY_REGISTRY).iter_errors(value))
    except Unresolvable as lacking:
        raise BadMessage(f"schema: has no {lacking.ref!r}, to which it refers. Add it to its $defs.") from None
    return None if error is None else f"{error.json_path}: {error.message[:200]}"


def unfenced(text: str) -> str:
    """A text without the fence of a code block around it, which models like to write where nothing forces them."""
    lines = text.strip().splitlines()
    fenced = len(lines) > 1 and lines[0] in ("```", "```json") and lines[-1] == "```"
    return "\n".join(lines[1:-1]) if fenced else text


def shown(answer: Answer) -> str:
    """The beginning of an answer, for an error."""
    return repr(answer.text if len(answer.text) <= 80 else f"{answer.text[:79]}…")


def closed(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """A schema whose objects with named fields have no others, unless it says that they may.

    >>> closed({"type": "object", "properties": {"a": {"type": "integer"}}})["additionalProperties"]
    False
    """
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(part) for name, part in schema.items()}
    return {"additionalProperties": False, **found} if isinstance(found.get("properties"), dict) else found
