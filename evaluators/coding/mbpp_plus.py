"""Inputs of MBPP+ with the types that JSON has lost, by the number of the problem.

EvalPlus 0.3.1 (https://github.com/evalplus/evalplus): its file has lists where a problem is about tuples, and texts
where it is about complex numbers. Problems that are not here are about what JSON has.
"""

from collections.abc import Callable
from typing import Any, Final

_LISTS: Final = """2 116 132 143 222 261 273 394 399 421 424 429 470 560 579 596 616 630 726 740 744 809"""
_LISTS_OF_LISTS: Final = """63 64 70 94 120 237 272 299 400 409 417 438 473 614 780"""


def typed(task: str, inputs: list[list[Any]]) -> list[list[Any]]:
    """The inputs of a problem, each a list of arguments, as its function is called.

    >>> typed("Mbpp/2", [[[3, 4], [5]]])
    [[(3, 4), (5,)]]
    """
    name, _, number = task.rpartition("/")
    change = _CHANGES.get(number) if name == "Mbpp" else None
    return inputs if change is None else [list(change(*arguments)) for arguments in inputs]


def _tuples(*arguments: Any) -> list[Any]:  # noqa: ANN401
    return [tuple(one) for one in arguments]


def _lists_of_tuples(*arguments: Any) -> list[Any]:  # noqa: ANN401
    return [[tuple(item) for item in one] for one in arguments]


def _deep(value: Any) -> Any:  # noqa: ANN401
    return tuple(map(_deep, value)) if isinstance(value, list) else value


def _sets(items: list[Any]) -> list[Any]:
    return [[set(item) if isinstance(item, list) and item else {} for item in items]]


_CHANGES: Final[dict[str, Callable[..., list[Any]]]] = {
    **dict.fromkeys(_LISTS.split(), _tuples),
    **dict.fromkeys(_LISTS_OF_LISTS.split(), _lists_of_tuples),
    **dict.fromkeys(("75", "413", "444", "753"), lambda pairs, *rest: [[tuple(one) for one in pairs], *rest]),
    **dict.fromkeys(("106", "750"), lambda items, last: [items, tuple(last)]),
    **dict.fromkeys(
        ("250", "405", "446", "617", "720", "763", "808", "307"), lambda items, *rest: [tuple(items), *rest]
    ),
    **dict.fromkeys(("259", "401", "445"), lambda *pairs: [tuple(tuple(one) for one in items) for items in pairs]),
    **dict.fromkeys(("580", "615", "791"), lambda *arguments: [_deep(one) for one in arguments]),
    "115": _sets,
    "124": lambda real, imaginary: [float(real), complex(imaginary)],
    "252": lambda number: [complex(number)],
    "278": lambda items: [tuple(tuple(one) if isinstance(one, list) else one for one in items)],
    "722": lambda pairs, *rest: [{key: tuple(one) for key, one in pairs.items()}, *rest],
}
