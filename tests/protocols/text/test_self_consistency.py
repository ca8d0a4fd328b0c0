"""text/self_consistency."""

from random import Random

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import self_consistency
from symposia.protocols.text.majority_vote import answer as vote
from symposia.tests.support.doubles import Parrot

QUESTION = Ask(text="2 + 2?")


async def test_the_most_frequent_answer_wins_and_ties_go_to_the_first() -> None:
    team = Team({"amber": Scripted("5", "4", "4.", "5")})
    assert (await self_consistency.answer(team, QUESTION, samples=4, stop="never")).text == "5"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (("4", "4", "4"), 3),
        (("4", "4", "5", "4"), 4),
        (("4", "5", "4", "5", "4"), 5),
        (("4", "", "4", "4"), 4),
    ],
)
async def test_asking_stops_once_no_other_answer_can_win(said: tuple[str, ...], asked: int) -> None:
    amber = Scripted(*said, *["5"] * 5)
    team = Team({"amber": amber})
    found = await self_consistency.answer(team, QUESTION, samples=5)
    assert (found.text, len(amber.prompts)) == ("4", asked)
    assert team.stopped == ("consensus" if asked < 5 else "done")


@pytest.mark.parametrize("seed", range(6))
async def test_stopping_when_it_is_decided_changes_no_result(seed: int) -> None:
    said = Random(seed).choices(["4", "5", "6", ""], k=9)
    found = [
        await self_consistency.answer(Team({"amber": Scripted(*said)}), QUESTION, samples=9, stop=stop)
        for stop in ("never", "decided")
    ]
    assert found[0].text == found[1].text


async def test_asking_stops_once_enough_agree() -> None:
    amber = Scripted("4", "5", "4", "4", "4", "4")
    await self_consistency.answer(Team({"amber": amber}), QUESTION, samples=6, stop="agreed", share=0.75)
    assert len(amber.prompts) == 4


async def test_one_sample_is_one_answer_and_as_many_as_members_is_their_vote() -> None:
    one = await self_consistency.answer(Team({"amber": Scripted("4")}), QUESTION, samples=1)
    three = await self_consistency.answer(Team({"amber": Scripted("4", "5", "5")}), QUESTION, samples=3)
    voted = await vote(
        Team({name: Scripted(text) for name, text in zip("abc", ("4", "5", "5"), strict=True)}), QUESTION
    )
    assert (one.text, three.text) == ("4", voted.text)


async def test_each_answer_is_drawn_at_the_temperature_by_its_own_seed() -> None:
    amber = Parrot()
    await self_consistency.answer(Team({"amber": amber}), QUESTION, samples=3, batch=3, stop="never")
    assert {sampling.temperature for _, sampling in amber.heard} == {0.7}
    assert len({sampling.seed for _, sampling in amber.heard}) == 3


async def test_a_member_may_be_named() -> None:
    team = Team({"amber": Scripted("5"), "blue": Scripted("4")})
    assert (await self_consistency.answer(team, QUESTION, samples=1, member="blue")).text == "4"
    with pytest.raises(UnknownName, match="zoe"):
        self_consistency.Options(member="zoe").check(("amber",))
    with pytest.raises(BadScenario, match="samples: input should be greater than or equal to 1"):
        self_consistency.Options.given({"samples": 0}, where="text/self_consistency")
