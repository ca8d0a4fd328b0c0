"""Where the tokens of one model end inside the tokens of another."""

from collections.abc import Sequence

import pytest
from symposia.agents.decoding.draft_check import aligned
from symposia.agents.decoding.joint_text import Token
from symposia.agents.models.tokens import TextReader

PIECES = ("a", "b", "ab", "c", "abc")


def decode(ids: Sequence[int]) -> str:
    return "".join(PIECES[number] for number in ids)


@pytest.mark.parametrize(
    ("ids", "drafted", "ends"),
    [
        ((0, 1, 3), ("a", "b", "c"), [1, 2, 3]),
        ((2, 3), ("a", "b", "c"), [None, 1, 2]),
        ((4,), ("ab", "c"), [None, 1]),
        ((0, 1, 3), ("abc",), [3]),
        ((2,), ("a", "", "b"), [None, None, 1]),
    ],
)
def test_a_place_counts_where_own_tokens_end_with_it(
    ids: tuple[int, ...], drafted: tuple[str, ...], ends: list[int | None]
) -> None:
    run = [Token("amber", 0, 0.0, text) for text in drafted]
    assert aligned(TextReader(decode), ids, run) == ends
