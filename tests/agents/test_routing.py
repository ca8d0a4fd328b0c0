"""Whom a router's choice sends a question to."""

from math import log

import pytest
from symposia.agents import Ask
from symposia.agents.message import Choice
from symposia.agents.routing import labels, picked, route


@pytest.mark.parametrize(
    ("shares", "threshold", "place"), [((0.3, 0.7), 1.0, 1), ((0.5, 0.5), 1.0, 0), ((0.3, 0.7), 0.4, 0)]
)
def test_the_first_that_is_likely_enough_is_picked(shares: tuple[float, ...], threshold: float, place: int) -> None:
    assert picked(Choice(labels=("Model 1", "Model 2"), logprobs=tuple(map(log, shares))), threshold) == place


def test_a_reply_that_names_nobody_picks_nobody() -> None:
    assert picked(Choice(labels=("Model 1", "Model 2"))) is None
    assert picked(Choice(labels=("Model 1", "Model 2"), named=(1, 0))) == 1


def test_the_router_reads_numbered_members_and_not_the_form_of_the_answer() -> None:
    said = route(["amber", "blue"], Ask(text="2 + 2?", form="Give a number."), {"blue": "adds"}).render()
    assert "1. amber\n2. blue: adds\n" in said
    assert "Give a number." not in said
    assert labels(["amber", "blue"]) == ["Model 1", "Model 2"]
