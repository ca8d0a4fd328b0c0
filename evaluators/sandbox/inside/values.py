"""Values as data: JSON with tags for what JSON has not, so that no object crosses from one process to another.

`pack` makes JSON values of Python's own, `unpack` makes Python's own of those, of built-in types alone: an object whose
`==` lies arrives as its data, or as an `Opaque` that is equal to itself only. Nothing is ever executed by unpacking.
"""

from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice
from math import isfinite
from typing import Any, Final

from .foreign import FOREIGN, from_numpy

LONGEST: Final = 100_000
"""Items that are taken from an iterator."""

_NUMBERS: Final[tuple[type, ...]] = (bool, int, float, complex, range, object)
_GROUPS: Final[tuple[type, ...]] = (bytearray, bytes, dict, frozenset, list, set, str, tuple)
_BY_NAME: Final = {one.__name__: one for one in (*_NUMBERS, *_GROUPS, type(None))}
_EMPTY: Final[dict[Any, Any]] = {}
_KEYS: Final = type(_EMPTY.keys())
_VIEWS: Final[tuple[type, ...]] = (type(_EMPTY.values()), type(_EMPTY.items()))


class Opaque:
    """An object that is no data; the process that has it finds it again by its number.

    >>> Opaque("Node", 0), Opaque("Node", 0) == Opaque("Node", 0)
    (<Node>, False)
    """

    def __init__(self, kind: str, number: int) -> None:
        self.kind, self.number = kind, number

    def __repr__(self) -> str:
        return f"<{self.kind}>"


class Stream:
    """The items of an iterator, which is equal to itself only.

    >>> list(Stream([1, 2])), Stream([1]) == Stream([1])
    ([1, 2], False)
    """

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = iter(list(items))

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> Any:  # noqa: ANN401
        return next(self._items)


class Remote:
    """An expression over names of the other process's program: a name, or a call of one with arguments.

    >>> Remote("Pair")(1, 2).arguments
    (1, 2)
    """

    def __init__(self, name: str, arguments: tuple[Any, ...] | None = None) -> None:
        self.name, self.arguments = name, arguments

    def __call__(self, *arguments: Any) -> "Remote":  # noqa: ANN401
        return Remote(self.name, arguments)


def pack(value: Any, keep: Callable[[Any], Any] | None = None) -> Any:  # noqa: ANN401
    """A value as JSON; `keep` numbers those that are no data. Raises `TypeError` for these where there is no `keep`.

    >>> pack((1, {2: b"3"}))
    {'$': 'tuple', 'v': [1, {'$': 'dict', 'v': [[2, {'$': 'bytes', 'v': '33'}]]}]}
    """
    if value is None or value is True or value is False or type(value) is str:
        return value
    if isinstance(value, int):
        number = int.__index__(value)
        return number if -(2**63) <= number < 2**63 else _tagged("int", hex(number))
    if isinstance(value, float):
        real = float.__float__(value)
        return real if isfinite(real) else _tagged("float", repr(real))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list):
        return [pack(one, keep) for one in list.__iter__(value)]
    return _packed_other(value, keep)


def _packed_other(value: Any, keep: Callable[[Any], Any] | None) -> Any:  # noqa: ANN401
    for kind in (tuple, set, frozenset, deque):
        if isinstance(value, kind):
            items: Iterable[Any] = kind.__iter__(value)  # type: ignore[arg-type]
            return _tagged(kind.__name__, [pack(one, keep) for one in items])
    if isinstance(value, dict):
        return _tagged("dict", [[pack(key, keep), pack(one, keep)] for key, one in dict.items(value)])
    if isinstance(value, bytes | bytearray):
        return _tagged("bytes" if isinstance(value, bytes) else "bytearray", bytes(value).hex())
    if isinstance(value, complex):
        return _tagged("complex", [repr(value.real), repr(value.imag)])
    if isinstance(value, range):
        return _tagged("range", [value.start, value.stop, value.step])
    if isinstance(value, type) and _BY_NAME.get(value.__name__) is value:
        return _tagged("type", value.__name__)
    return _packed_rare(value, keep)


def _packed_rare(value: Any, keep: Callable[[Any], Any] | None) -> Any:  # noqa: ANN401
    if isinstance(value, Opaque):
        return _tagged("object", [value.kind, value.number])
    if isinstance(value, Remote):
        arguments = None if value.arguments is None else [pack(one, keep) for one in value.arguments]
        return _tagged("remote", [value.name, arguments])
    for name, (belongs, parts, _) in FOREIGN.items():
        if belongs(value):
            return _tagged(name, pack(parts(value), keep))
    plain, found = from_numpy(value)
    if found:
        return pack(plain, keep)
    return _packed_iterable(value, keep)


def _packed_iterable(value: Any, keep: Callable[[Any], Any] | None) -> Any:  # noqa: ANN401
    if isinstance(value, _KEYS):
        return _tagged("keys", [pack(one, keep) for one in value])
    if hasattr(type(value), "__next__") or isinstance(value, _VIEWS):
        return _tagged("iterator", [pack(one, keep) for one in islice(value, LONGEST)])
    if keep is None:
        raise TypeError(f"a {type(value).__name__} is not data")
    return _tagged("object", [type(value).__name__, keep(value)])


def unpack(data: Any, resolve: Callable[[str, Any], Any] | None = None) -> Any:  # noqa: ANN401
    """The value of JSON that `pack` made; `resolve(tag, parts)` finds objects by number and remote names.

    Raises `ValueError` or `TypeError` for what `pack` cannot have made.

    >>> unpack(pack((1, {2: b"3"})))
    (1, {2: b'3'})
    """
    if isinstance(data, list):
        return [unpack(one, resolve) for one in data]
    if not isinstance(data, dict):
        return data
    tag, parts = data["$"], data["v"]
    if tag in ("object", "remote") and resolve is not None:
        return resolve(tag, parts)
    if tag == "object":
        return Opaque(str(parts[0]), int(parts[1]))
    if tag in FOREIGN:
        return FOREIGN[tag][2](unpack(parts, resolve))
    if tag in _SIMPLE:
        return _SIMPLE[tag](parts)
    return _GATHERED[tag](unpack(parts, resolve))


def _tagged(tag: str, parts: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"$": tag, "v": parts}


_SIMPLE: Final[dict[str, Callable[[Any], Any]]] = {
    "int": lambda parts: int(parts, 16),
    "float": float,
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "complex": lambda parts: complex(float(parts[0]), float(parts[1])),
    "range": lambda parts: range(*parts),
    "type": lambda parts: _BY_NAME[parts],
}
_GATHERED: Final[dict[str, Callable[[Any], Any]]] = {
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "deque": deque,
    "dict": dict,
    "keys": lambda items: dict.fromkeys(items).keys(),
    "iterator": Stream,
}


def restore(old: Any, new: Any) -> Any:  # noqa: ANN401
    """An argument as the other process left it: the old object, changed in place where it can be, else the new one."""
    if type(old) is not type(new):
        return new
    if isinstance(old, list):
        same = len(old) == len(new)
        old[:] = [restore(before, after) for before, after in zip(old, new, strict=True)] if same else new
        return old
    if isinstance(old, dict):
        changed = {key: restore(old[key], one) if key in old else one for key, one in new.items()}
        old.clear()
        old.update(changed)
        return old
    if isinstance(old, set | bytearray | deque):
        old.clear()
        for one in new:
            old.add(one) if isinstance(old, set) else old.append(one)
        return old
    return new
