"""text/refine."""

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import refine
from symposia.tests.support.doubles import KnownScores
from symposia.topologies import complete, ring

QUESTION = Ask(text="2 + 2?", form="Give a number.")
NAMES = ("amber", "blue", "coral")


def models(rounds: int) -> dict[str, Scripted]:
    """Members whose answer of round r is their name and r; the last reply is that of the merge."""
    return {name: Scripted(*(f"{name} {r}" for r in range(rounds + 1))) for name in NAMES}


@pytest.mark.parametrize("rounds", [2, 3])
async def test_it_takes_a_call_a_member_and_round_and_one_to_merge(rounds: int) -> None:
    members = models(rounds)
    team = await refine.prepare(Team(members, complete), None, aggregator="blue")
    said = await refine.answer(team, QUESTION, rounds=rounds)
    assert [len(members[name].prompts) for name in NAMES] == [rounds, rounds + 1, rounds]
    assert said.text == f"blue {rounds}"


async def test_a_member_reads_its_own_answer_and_the_others_of_the_round_before() -> None:
    members = models(3)
    await refine.answer(Team(members, complete), QUESTION, rounds=3)
    asked = members["blue"].prompts[2]
    assert "Your last answer:\nblue 1\nThe others' last answers:\n- amber 1\n- coral 1\n" in asked
    assert asked.endswith("Give a number.")
    assert " 0" not in asked


async def test_who_reads_whom_is_the_topologys_business() -> None:
    members = models(2)
    await refine.answer(Team(members, ring), QUESTION, rounds=2)
    assert "- amber 0" in members["blue"].prompts[1]
    assert "coral" not in members["blue"].prompts[1]


async def test_the_merge_reads_the_last_answers_of_all() -> None:
    members = models(2)
    await refine.answer(Team(members, complete), QUESTION, rounds=2)
    assert "1. amber 1\n2. blue 1\n3. coral 1" in members["amber"].prompts[2]


async def test_rounds_end_once_all_agree() -> None:
    members = {name: Scripted("4", "four") for name in NAMES}
    team = Team(members, complete)
    assert (await refine.answer(team, QUESTION, rounds=5, until_consensus=True)).text == "four"
    assert team.stopped == "consensus"
    assert [len(one.prompts) for one in members.values()] == [2, 1, 1]


async def test_the_best_on_dev_merges_ties_to_the_first() -> None:
    team = await refine.prepare(Team(models(2), complete), KnownScores({"amber": 0.2, "blue": 0.9, "coral": 0.9}))
    assert team.learned is not None
    assert team.learned.model_dump() == {"name": "blue"}


async def test_without_dev_a_member_has_to_be_named() -> None:
    with pytest.raises(BadScenario, match=r"text/refine: the best on dev .* Name one: aggregator"):
        await refine.prepare(Team(models(2), complete), None)
    with pytest.raises(UnknownName, match="zoe"):
        refine.Options(aggregator="zoe").check(NAMES)
