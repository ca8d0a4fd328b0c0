"""text/majority_vote."""

from symposia.agents import Ask, Team
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import majority_vote
from symposia.tests.support.doubles import KnownScores

QUESTION = Ask(text="2 + 2?")


async def test_a_vote_is_won_by_the_most_frequent_answer() -> None:
    team = Team({"a": Scripted("B"), "b": Scripted("A"), "c": Scripted("A")})
    assert (await majority_vote.answer(team, QUESTION)).text == "A"


async def test_a_tie_is_settled_by_the_better_model_on_dev() -> None:
    models = {"amber": Scripted("A"), "blue": Scripted("B"), "coral": Scripted("C")}
    dev = KnownScores({"amber": 0.2, "blue": 0.9, "coral": 0.5})
    team = await majority_vote.prepare(Team(models), dev, tie="dev")
    assert (await majority_vote.answer(team, QUESTION, tie="dev")).text == "B"


async def test_a_random_tie_is_the_same_for_the_same_question() -> None:
    said = set()
    for _ in range(3):
        team = Team({"a": Scripted("A"), "b": Scripted("B")})
        said.add((await majority_vote.answer(team.at("test/3"), QUESTION, tie="random")).text)
    assert len(said) == 1
