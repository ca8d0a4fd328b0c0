"""Asking a judge: its sampling is its own, and one repair is all there is."""

from typing import Any

from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.evaluators.judging.asking import verdict
from symposia.evaluators.judging.verdicts import rating
from symposia.tests.support.doubles import Parrot


async def sampled(**own: Any) -> Sampling:
    """The sampling of a judge in a run that samples at 0.7, with its member's own changes."""
    judge = Parrot()
    context = Context(sampling=Sampling(temperature=0.7, max_tokens=16), samplings={"ann": own} if own else {})
    found = await verdict(Team({"ann": judge}, context=context), "ann", Ask(text="[[7]]"), rating, form="a rating")
    assert (found.value, found.calls) == (7.0, 1)
    ((_, sampling),) = judge.heard
    return sampling


async def test_a_judge_is_greedy_and_has_room_whatever_the_team_does() -> None:
    sampling = await sampled()
    assert (sampling.temperature, sampling.max_tokens) == (0.0, 2048)


async def test_what_its_member_says_of_its_sampling_holds() -> None:
    sampling = await sampled(temperature=1.0, max_tokens=64)
    assert (sampling.temperature, sampling.max_tokens) == (1.0, 64)


async def test_one_repair_shows_the_judge_what_it_said() -> None:
    judge = Parrot()
    found = await verdict(Team({"ann": judge}), "ann", Ask(text="Hm."), rating, form="a rating as [[7]]")
    assert (found.value, found.calls) == (7.0, 2)
    turns = [(turn.role, turn.text) for turn in judge.heard[1][0]]
    asked = "Your reply holds no valid verdict. Give nothing but a rating as [[7]]."
    assert turns == [("user", "Hm."), ("assistant", "Hm."), ("user", asked)]
    once = await verdict(Team({"ann": Parrot()}), "ann", Ask(text="Hm."), rating, form="a rating", repair=False)
    assert (once.value, once.calls) == (None, 1)
