"""Values as data: they arrive equal, of built-in types, and nothing else arrives."""

import json
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from math import inf, isnan, nan
from typing import Any

import numpy
import pytest
from symposia.evaluators.sandbox.inside.values import Opaque, Remote, pack, restore, unpack

Point = namedtuple("Point", "x y")


class Colour(IntEnum):
    RED = 1


class Loud(str):
    def __str__(self) -> str:
        return "X"


def sent(value: Any) -> Any:
    return unpack(json.loads(json.dumps(pack(value, lambda one: 0))))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -(2**80),
        1.5,
        -0.0,
        inf,
        "text \ud800 \U0001f600",
        b"\x00\xff",
        bytearray(b"ab"),
        2 - 3j,
        [1, [2, (3, {4})]],
        (1, "2"),
        (),
        {1: "a", "1": "b", (2, 3): [None]},
        {},
        frozenset({1, frozenset({2})}),
        deque([1, 2]),
        range(3, 9, 2),
        int,
        type(None),
        Decimal("1.10"),
        Fraction(1, 3),
        datetime(2026, 11, 26, 12, tzinfo=UTC),
        date(2026, 11, 26),
        time(12, 30),
        timedelta(days=1, seconds=2),
    ],
)
def test_a_value_arrives_equal_and_of_its_type(value: Any) -> None:
    assert sent(value) == value
    assert type(sent(value)) is type(value)


def test_a_number_of_many_digits_arrives() -> None:
    assert sent(10**6000) == 10**6000


def test_what_is_not_a_number_arrives_so() -> None:
    assert isnan(sent(nan))


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Point(1, 2), (1, 2)),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (defaultdict(int, a=1), {"a": 1}),
        (Colour.RED, 1),
        (Loud("x"), "x"),
        (numpy.float64(1.5), 1.5),
        (numpy.int64(3), 3),
        (numpy.bool_(True), True),
    ],
)
def test_an_object_of_a_kind_of_ours_arrives_as_that_kind(value: Any, plain: Any) -> None:
    assert sent(value) == plain
    assert type(sent(value)) is type(plain)


def test_views_and_iterators_can_be_walked_and_equal_no_list() -> None:
    assert sent({1: 2}.keys()) == {1}
    for value in (iter([1, 2]), (n for n in (1, 2)), map(int, "12"), {1: 1, 2: 2}.values(), numpy.array([1, 2])):
        found = sent(value)
        assert found != [1, 2]
        assert list(found) == [1, 2]


def test_an_object_that_is_no_data_stays_where_it_is_and_is_found_again() -> None:
    kept: list[Any] = []

    def keep(value: Any) -> int:
        kept.append(value)
        return len(kept) - 1

    thing = object()
    arrived = unpack(pack([thing], keep))
    assert isinstance(arrived[0], Opaque)
    assert arrived[0] != thing
    assert unpack(pack(arrived), lambda tag, parts: kept[parts[1]]) == [thing]
    with pytest.raises(TypeError, match="a object is not data"):
        pack(thing)


def test_a_name_of_the_program_is_sent_as_a_name() -> None:
    def resolve(tag: str, parts: Any) -> Any:
        return (parts[0], unpack(parts[1]))

    assert unpack(pack(Remote("Pair")(1, (2,))), resolve) == ("Pair", [1, (2,)])


@pytest.mark.parametrize("bad", [{"$": "code", "v": 1}, {"$": "type", "v": "open"}, {"x": 1}, {"$": "int", "v": "z"}])
def test_what_was_not_packed_is_refused(bad: Any) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        unpack(bad)


def test_changed_arguments_are_changed_in_place() -> None:
    inner, outer = [3, 1], {"a": 1}
    old = [inner, outer, {1}, 5]
    restore(old, [[1, 3], {"b": 2}, {2}, 6])
    assert old == [[1, 3], {"b": 2}, {2}, 6]
    assert (old[0] is inner, old[1] is outer) == (True, True)
    shorter = [1, 2, 3]
    restore(shorter, [1])
    assert shorter == [1]
