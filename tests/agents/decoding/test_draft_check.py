"""Where the tokens of one model end inside the tokens of another."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from symposia.agents.decoding import draft_check
from symposia.agents.decoding.draft_check import aligned
from symposia.agents.decoding.pieces import Token
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


async def test_a_place_inside_a_token_of_one_verifier_is_judged_by_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Views are numbers here: blue has a boundary at both tokens, coral at the second alone."""
    views: dict[str, list[Any]] = {"blue": [1, 2], "coral": [None, 3]}

    async def drafted(*_: Any) -> Any:
        return [Token("amber", 0, 0.0, "a"), Token("amber", 1, 0.0, "b")], [8, 9]

    async def verified(text: Any, name: str, tokens: Any) -> Any:
        return views[name]

    monkeypatch.setattr(draft_check, "drafted", drafted)
    monkeypatch.setattr(draft_check, "verified", verified)
    text: Any = SimpleNamespace(participants=("amber", "blue", "coral"))
    first, second = await draft_check.draft(text, "amber", 2)
    assert first.others is None
    assert second.others == {"blue": 2, "coral": 3}
