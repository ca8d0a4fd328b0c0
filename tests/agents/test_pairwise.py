"""Ranks by comparisons in pairs."""

import pytest
from symposia.agents.message import Choice
from symposia.agents.pairwise import margins, preference


def test_confidence_is_read_off_a_distribution() -> None:
    assert preference(Choice(labels=("A", "B"), logprobs=(-1.0, -1.0))) == 0.5
    assert preference(Choice(labels=("A", "B"), logprobs=(0.0, -1000.0))) == 1.0


@pytest.mark.parametrize("named", [(), (0, 1)])
def test_a_choice_of_both_or_none_is_no_preference(named: tuple[int, ...]) -> None:
    assert preference(Choice(labels=("A", "B"), named=named)) is None


def test_a_margin_is_what_was_won_less_what_was_lost() -> None:
    first, second, none = (Choice(labels=("A", "B"), named=named) for named in ((0,), (1,), ()))
    choices = {("x", "y"): first, ("y", "x"): second, ("x", "z"): second, ("z", "y"): none}
    assert margins("xyz", choices) == {"x": 0.5, "y": -1.0, "z": 0.5}
