"""Encodes messages as JSON and decodes them without loss.

A message is an object with its fields, and the tag of its type under "@type". Frozen data in a field is written in
the same way, but without the tag where the field says the type: a `Usage` in a field of type `Usage`. Fields that are
empty, and empty by default, are left out. Arrays are tuples. Floats that JSON has no word for are {"@float": "nan" |
"inf" | "-inf"}; a large text, where there are blobs to keep it, is {"@text": SHA-256}. Text that cannot be UTF-8 (a
lone surrogate) is refused, as pydantic does. Reading is closed, see `tags`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from math import isfinite
from typing import Any, Final, TypeAlias, get_args

from pydantic import ValidationError

from .blobs import LARGE, BlobStore
from .errors import BadMessage
from .frozen import Frozen
from .message import Message
from .parts import Image
from .tags import tag_of, type_tagged

Json: TypeAlias = Any
Expected: TypeAlias = type[Frozen] | None

TYPE: Final = "@type"
FLOAT: Final = "@float"
TEXT: Final = "@text"
FLOATS: Final = ("nan", "inf", "-inf")
EXACT: Final = frozenset({int, bool, type(None)})
EMPTY: Final = (None, (), "")
"""A field with one of these as its default is left out where it has that value."""

WRITTEN: Final = object()
"""The default noted for a field that is always written."""


def encode(message: Message, blobs: BlobStore | None = None) -> dict[str, Json]:
    """A message as JSON-able data. Raises `BadMessage` for what could not be read back.

    >>> from symposia.agents import Ask
    >>> encode(Ask(text="2 + 2?"))
    {'@type': 'ask/1', 'text': '2 + 2?'}
    """
    return {TYPE: tag_of(type(message)), **Encoder(blobs).fields(message)}


def decode(data: dict[str, Json], blobs: BlobStore | None = None) -> Message:
    """The message that `encode` wrote. Raises `UnknownName` for its tag, `BadMessage` for its fields."""
    message = Decoder(blobs).value(data) if isinstance(data, dict) and TYPE in data else None
    if not isinstance(message, Message):
        raise BadMessage(
            f"message: {str(data)[:60]!r} is not one. An object with {TYPE!r} and the fields of that type is."
        )
    return message


class Encoder:
    """Turns frozen data into JSON-able data; large texts and images go into `blobs` where there are any.

    >>> from symposia.agents.accounting import Usage
    >>> Encoder().fields(Usage(calls=1))
    {'prompt_tokens': 0, 'completion_tokens': 0, 'calls': 1}
    """

    def __init__(self, blobs: BlobStore | None = None) -> None:
        self.blobs = blobs

    def fields(self, data: Frozen) -> dict[str, Json]:
        """Encode the fields, in order, without those that are at an empty default."""
        kind, values = type(data), data.__dict__
        if kind is Image:
            self._keep(data)
        found: dict[str, Json] = {}
        for name, expected, empty in fields(kind):
            value = values[name]
            if value is empty or (not value and type(value) is type(empty) and value == empty):
                continue
            plain = type(value)
            if plain in EXACT or (plain is str and len(value) < LARGE and value.isascii()):
                found[name] = value
            else:
                found[name] = self.value(value, expected, kind.__name__)
        return found

    def value(self, value: object, expected: Expected, where: str) -> Json:
        """Encode a field's value; `expected` is the class its annotation names, `where` begins errors."""
        kind = type(value)
        if kind in EXACT:
            return value
        if kind is str:
            return self._text(str(value), where)
        if isinstance(value, float) and kind is float:
            return value if isfinite(value) else {FLOAT: str(value)}
        if isinstance(value, tuple | list):
            return self._array(value, expected, where)
        if isinstance(value, Frozen):
            own = self.fields(value)
            return own if kind is expected else {TYPE: tag_of(kind), **own}
        if isinstance(value, Mapping):
            return {checked_key(key, where): self.value(item, expected, where) for key, item in value.items()}
        raise BadMessage(
            f"{where}: holds a {kind.__name__}. Messages hold None, numbers, text, tuples and frozen data."
        )

    def _array(self, values: tuple[Any, ...] | list[Any], expected: Expected, where: str) -> list[Json]:
        """Encode an array. Token ids and log-probabilities are long, so they are checked without a loop in Python."""
        kinds = set(map(type, values))
        if kinds <= EXACT or (kinds == {float} and all(map(isfinite, values))):
            return list(values)
        return [self.value(value, expected, where) for value in values]

    def _text(self, text: str, where: str) -> Json:
        if len(text) < LARGE or self.blobs is None:
            return checked_text(text, where)
        return {TEXT: self.blobs.put_text(checked_text(text, where))}

    def _keep(self, image: Frozen) -> None:
        """Store an image's bytes, if it has them: those of a reference are in the blobs of its own trace."""
        data = getattr(image, "_data", None)
        if isinstance(image, Image) and data is not None and self.blobs is not None:
            self.blobs.put(data, image.sha256)


@cache
def fields(kind: type[Frozen]) -> tuple[tuple[str, Expected, object], ...]:
    """The fields of a type: name, class of frozen data it holds (None if not one), default at which it is left out."""
    named = {name: set(frozen_in(field.annotation)) for name, field in kind.model_fields.items()}
    empty = {name: field.default if field.default in EMPTY else WRITTEN for name, field in kind.model_fields.items()}
    return tuple((name, classes.pop() if len(classes) == 1 else None, empty[name]) for name, classes in named.items())


def frozen_in(annotation: object) -> Iterator[type[Frozen]]:
    """The classes of frozen data in a type, `tuple[Turn, ...] | None` for example."""
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        yield annotation
    for part in get_args(annotation):
        yield from frozen_in(part)


def checked_text(text: str, where: str) -> str:
    """The text. Raises `BadMessage` where it cannot be encoded as UTF-8."""
    try:
        if not text.isascii():
            text.encode()
    except UnicodeEncodeError as error:
        half = text[error.start]
        raise BadMessage(f"{where}: {half!r} is half a character. Messages hold whole ones.") from error
    return text


def checked_key(key: object, where: str) -> str:
    """The key. Raises `BadMessage` unless it is text, and not one that this codec uses."""
    if type(key) is not str or key in (TYPE, FLOAT, TEXT):
        raise BadMessage(f"{where}: {key!r} cannot be a key. Use text other than {TYPE!r}, {FLOAT!r} and {TEXT!r}.")
    return checked_text(key, where)


class Decoder:
    """Turns JSON-able data back into frozen data; large texts and images are read from `blobs`.

    >>> Decoder().value({"@type": "usage/1", "calls": 2}).calls
    2
    """

    def __init__(self, blobs: BlobStore | None = None) -> None:
        self.blobs = blobs

    def value(self, value: Json) -> Any:  # noqa: ANN401 - any value of a field
        """Decode the value of a field. Raises `BadMessage`, `UnknownName` for a tag."""
        if isinstance(value, list):
            plain = set(map(type, value)).isdisjoint((list, dict))
            return tuple(value) if plain else tuple(map(self.value, value))
        if not isinstance(value, dict):
            return value
        if TYPE in value:
            return self._typed(value)
        if FLOAT in value:
            return as_float(value)
        if TEXT in value:
            return self._large(value)
        return {key: self.value(item) for key, item in value.items()}

    def _typed(self, data: dict[str, Json]) -> Frozen:
        kind: type[Frozen] = type_tagged(data[TYPE])
        try:
            found = kind.model_validate({name: self.value(value) for name, value in data.items() if name != TYPE})
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "its fields"
            raise BadMessage(
                f"{data[TYPE]}: {field}: {first['msg']}. Read it with the version that wrote it."
            ) from error
        if isinstance(found, Image) and self.blobs is not None:
            held = self.blobs.at_hand(found.sha256)
            return found if held is None else found.with_data(held)
        return found

    def _large(self, value: dict[str, Json]) -> str:
        if self.blobs is None or len(value) > 1:
            raise BadMessage(f"{TEXT}: {str(value[TEXT])[:12]} is in the blobs of a trace. Read it together with them.")
        return str(self.blobs.get(str(value[TEXT])), "utf-8")


def as_float(value: dict[str, Json]) -> float:
    """A float that JSON cannot express: nan, inf or -inf. Raises `BadMessage`."""
    word = value[FLOAT]
    if len(value) > 1 or word not in FLOATS:
        raise BadMessage(f"{FLOAT}: {word!r} is not one of {', '.join(FLOATS)}. Other numbers are written as numbers.")
    return float(word)
