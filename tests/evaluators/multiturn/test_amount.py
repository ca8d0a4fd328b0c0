"""How much a conversation has the user read."""

from pathlib import Path

import pytest
from symposia.agents import Turn
from symposia.agents.errors import BadData
from symposia.evaluators.multiturn.amount import ORIGINAL, VERL, Amount, amount, counter, words

TALK = (
    Turn("system", "be brief and kind"),
    Turn("user", "one two"),
    Turn("assistant", "three four five"),
    Turn("user", "six"),
    Turn("assistant", "seven eight"),
)


def test_the_original_counts_what_the_assistant_said_from_the_start_in_thousands() -> None:
    tokens = counter("cl100k_base")
    assert ORIGINAL.of(TALK, 2) == pytest.approx((tokens("three four five") + tokens("seven eight")) / 1000)
    assert (tokens("hello world"), tokens("<|endoftext|>")) == (2, 7)


@pytest.mark.parametrize(("response", "count"), [(2, 6), (4, 2)])
def test_verl_counts_what_both_said_from_the_response_on(response: int, count: int) -> None:
    assert VERL.of(TALK, response) == count


def test_what_the_system_says_is_no_part_of_a_conversation() -> None:
    assert amount(TALK, words) == 8


@pytest.mark.parametrize("response", [1, 3, 5, -1])
def test_only_a_turn_of_the_assistant_is_rewarded(response: int) -> None:
    with pytest.raises(BadData, match="no turn of the assistant is there"):
        VERL.of(TALK, response)


def test_an_amount_is_capped_where_the_setting_says_so() -> None:
    assert Amount(count="words", per=1, cap=4).of(TALK, 2) == 4
    assert Amount(count="words", per=1).of(TALK, 2) == 5


def test_a_model_counts_by_its_own_tokens() -> None:
    assert counter("pocket:base")("compute 12") == 3


def test_a_model_without_tokens_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "ann.txt").write_text("hi", encoding="utf-8")
    with pytest.raises(BadData, match="shows no tokens"):
        counter(f"scripted:{tmp_path / 'ann.txt'}")
