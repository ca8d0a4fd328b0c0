"""How much a conversation has the user read."""

import pytest
from symposia.agents import Turn
from symposia.agents.errors import BadData
from symposia.evaluators.multiturn.amount import amount, thousand_tokens, words, words_from

TALK = (
    Turn("system", "be brief and kind"),
    Turn("user", "one two"),
    Turn("assistant", "three four five"),
    Turn("user", "six"),
    Turn("assistant", "seven eight"),
)


def test_the_original_counts_what_the_assistant_said_from_the_start_in_thousands() -> None:
    assert thousand_tokens(TALK, words) == pytest.approx(0.005)


@pytest.mark.parametrize(("response", "count"), [(2, 6), (4, 2)])
def test_verl_counts_what_both_said_from_the_response_on(response: int, count: int) -> None:
    assert words_from(TALK, response) == count


def test_what_the_system_says_is_no_part_of_a_conversation() -> None:
    assert amount(TALK, words) == 8


@pytest.mark.parametrize("response", [1, 3, 5, -1])
def test_only_a_turn_of_the_assistant_is_rewarded(response: int) -> None:
    with pytest.raises(BadData, match="no turn of the assistant is there"):
        words_from(TALK, response)
