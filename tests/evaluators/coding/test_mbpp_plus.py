"""Inputs of MBPP+ with their types."""

from typing import Any

import pytest
from symposia.evaluators.coding.mbpp_plus import typed


@pytest.mark.parametrize(
    ("number", "arguments", "expected"),
    [
        (2, [[3, 4], [5]], [(3, 4), (5,)]),
        (63, [[[3, 5], [1, 7]]], [[(3, 5), (1, 7)]]),
        (75, [[[6, 24], [7, 9]], 6], [[(6, 24), (7, 9)], 6]),
        (106, [[5, 6], [9, 10]], [[5, 6], (9, 10)]),
        (115, [[[1, 2], [], {}]], [[{1, 2}, {}, {}]]),
        (124, ["0.5", "1j"], [0.5, 1j]),
        (250, [[10, 8], 4], [(10, 8), 4]),
        (252, ["(1+2j)"], [1 + 2j]),
        (259, [[[1, 3]], [[6, 7]]], [((1, 3),), ((6, 7),)]),
        (278, [[1, [4, 6], 2]], [(1, (4, 6), 2)]),
        (307, [["HELLO", 5, []], 2, 50], [("HELLO", 5, []), 2, 50]),
        (580, [[4, [7, [2]]]], [(4, (7, (2,)))]),
        (722, [{"a": [1, 2]}, 3], [{"a": (1, 2)}, 3]),
        (3, [[1, 2]], [[1, 2]]),
    ],
)
def test_what_json_has_lost_is_put_back(number: int, arguments: list[Any], expected: list[Any]) -> None:
    assert typed(f"Mbpp/{number}", [arguments]) == [expected]
    assert typed(f"HumanEval/{number}", [arguments]) == [arguments]
