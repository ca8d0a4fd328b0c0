"""text/mixture_of_agents."""

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import mixture_of_agents as mixture
from symposia.tests.support.doubles import KnownScores

QUESTION = Ask(text="2 + 2?", form="Give a number.")
NAMES = ("amber", "blue", "coral")


def models() -> dict[str, Scripted]:
    return {name: Scripted(*(f"{name} {r}" for r in range(9))) for name in NAMES}


@pytest.mark.parametrize(("layers", "samples"), [(1, 1), (3, 1), (2, 2)])
async def test_it_takes_a_call_a_member_sample_and_layer_and_one_to_aggregate(layers: int, samples: int) -> None:
    members = models()
    await mixture.answer(Team(members), QUESTION, layers=layers, samples=samples)
    assert sum(len(one.prompts) for one in members.values()) == 3 * layers * samples + 1


async def test_a_proposer_reads_all_answers_of_the_layer_before_in_order_of_the_team() -> None:
    members = models()
    await mixture.answer(Team(members), QUESTION, layers=2)
    assert members["blue"].prompts[0] == "2 + 2?\n\nGive a number."
    assert "\n1. amber 0\n2. blue 0\n3. coral 0\n" in members["blue"].prompts[1]
    assert members["blue"].prompts[1].endswith("Give a number.")


async def test_its_own_answer_can_be_left_out() -> None:
    members = models()
    await mixture.answer(Team(members), QUESTION, layers=2, shown="others")
    assert "\n1. amber 0\n2. coral 0\n" in members["blue"].prompts[1]


async def test_one_member_that_answers_often_is_self_moa() -> None:
    amber = Scripted("4", "5", "4", "so 4")
    said = await mixture.answer(Team({"amber": amber}), QUESTION, samples=3)
    assert said.text == "so 4"
    assert "1. 4\n2. 5\n3. 4" in amber.prompts[3]


async def test_the_best_on_dev_aggregates() -> None:
    members = models()
    scores = KnownScores({"amber": 0.2, "blue": 0.5, "coral": 0.9})
    team = await mixture.prepare(Team(members), scores)
    assert (await mixture.answer(team, QUESTION)).text == "coral 1"


def test_one_member_cannot_read_others_alone() -> None:
    with pytest.raises(BadScenario, match="shown: all"):
        mixture.Options(shown="others").check(("amber",))
