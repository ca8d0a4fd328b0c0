"""Messages as JSON, and back, exactly.

A message is an object with its fields, and its type under "@type". Frozen data in a field is written in
the same way, but without the type where the field says it: a `Usage` in a field of type `Usage`. Arrays
are tuples. Floats that JSON has no word for are {"@float": "nan" | "inf" | "-inf"}. Text that cannot be
UTF-8 (a lone surrogate) is refused, as pydantic does. Reading is closed, see `names`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from math import isfinite
from typing import Any, Final, TypeAlias, get_args

from pydantic import ValidationError

from ..errors import BadMessage
from ..message import Frozen, Message
from .names import name_of, type_named

Json: TypeAlias = Any
Expected: TypeAlias = type[Frozen] | None

TYPE: Final = "@type"
FLOAT: Final = "@float"
FLOATS: Final = ("nan", "inf", "-inf")
EXACT: Final = frozenset({int, bool, type(None)})


def encode(message: Message) -> dict[str, Json]:
    """A message as JSON-able data. Raises `BadMessage` for what could not be read back."""
    return {TYPE: name_of(type(message)), **written_fields(message)}


def decode(data: dict[str, Json]) -> Message:
    """The message that `encode` wrote. Raises `UnknownName` for its type, `BadMessage` for its fields."""
    message = read(data) if isinstance(data, dict) and TYPE in data else None
    if not isinstance(message, Message):
        raise BadMessage(f"message: {str(data)[:60]!r} is not one. An object with {TYPE!r} and the type's fields is.")
    return message


@cache
def fields(kind: type[Frozen]) -> tuple[tuple[str, Expected], ...]:
    """The fields of a type, and the one class of frozen data that each one's type names, if it is one."""
    named = {name: set(frozen_in(field.annotation)) for name, field in kind.model_fields.items()}
    return tuple((name, classes.pop() if len(classes) == 1 else None) for name, classes in named.items())


def frozen_in(annotation: object) -> Iterator[type[Frozen]]:
    """The classes of frozen data in a type, `tuple[Turn, ...] | None` for example."""
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        yield annotation
    for part in get_args(annotation):
        yield from frozen_in(part)


def written_fields(data: Frozen) -> dict[str, Json]:
    """The fields of frozen data, in order."""
    kind, values = type(data), data.__dict__
    return {name: written(values[name], expected, kind.__name__) for name, expected in fields(kind)}


def written(value: object, expected: Expected, where: str) -> Json:
    """A value of a field; `expected` is what its reader takes it for, `where` is for errors."""
    kind = type(value)
    if kind in EXACT:
        return value
    if kind is str:
        return checked_text(str(value), where)
    if isinstance(value, float) and kind is float:
        return value if isfinite(value) else {FLOAT: str(value)}
    if isinstance(value, tuple | list):
        return written_array(value, expected, where)
    if isinstance(value, Frozen):
        known = type(value) is expected
        return written_fields(value) if known else {TYPE: name_of(type(value)), **written_fields(value)}
    if isinstance(value, Mapping):
        return {checked_key(key, where): written(item, expected, where) for key, item in value.items()}
    raise BadMessage(f"{where}: holds a {kind.__name__}. Messages hold None, numbers, text, tuples and frozen data.")


def written_array(values: tuple[Any, ...] | list[Any], expected: Expected, where: str) -> list[Json]:
    """An array. Token ids and log-probabilities are long, so they are checked without a loop in Python."""
    kinds = set(map(type, values))
    if kinds <= EXACT or (kinds == {float} and all(map(isfinite, values))):
        return list(values)
    return [written(value, expected, where) for value in values]


def checked_text(text: str, where: str) -> str:
    """Text that can be UTF-8, or `BadMessage`."""
    try:
        if not text.isascii():
            text.encode()
    except UnicodeEncodeError as error:
        half = text[error.start]
        raise BadMessage(f"{where}: {half!r} is half a character. Messages hold whole ones.") from error
    return text


def checked_key(key: object, where: str) -> str:
    """A key that means nothing to this codec, or `BadMessage`."""
    if type(key) is not str or key in (TYPE, FLOAT):
        raise BadMessage(f"{where}: {key!r} cannot be a key. Use text other than {TYPE!r} and {FLOAT!r}.")
    return checked_text(key, where)


def read(value: Json) -> Any:  # noqa: ANN401 - any value of a field
    """A value of a field."""
    if isinstance(value, list):
        plain = set(map(type, value)).isdisjoint((list, dict))
        return tuple(value) if plain else tuple(map(read, value))
    if not isinstance(value, dict):
        return value
    if TYPE in value:
        return read_typed(value)
    if FLOAT in value:
        return read_float(value)
    return {key: read(item) for key, item in value.items()}


def read_typed(data: dict[str, Json]) -> Frozen:
    """Frozen data that says its type."""
    kind = type_named(data[TYPE])
    try:
        return kind.model_validate({name: read(value) for name, value in data.items() if name != TYPE})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "its fields"
        raise BadMessage(f"{data[TYPE]}: {field}: {first['msg']}. Read it with the version that wrote it.") from error


def read_float(value: dict[str, Json]) -> float:
    """One of the floats that JSON has no word for."""
    word = value[FLOAT]
    if len(value) > 1 or word not in FLOATS:
        raise BadMessage(f"{FLOAT}: {word!r} is not one of {', '.join(FLOATS)}. Other numbers are written as numbers.")
    return float(word)
