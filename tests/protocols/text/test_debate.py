"""text/debate."""

from symposia.agents import Ask, Team
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import debate
from symposia.topologies import complete, ring

QUESTION = Ask(text="2 + 2?")


async def test_the_most_frequent_final_answer_wins() -> None:
    models = {"amber": Scripted("4", "4"), "blue": Scripted("5", "4"), "coral": Scripted("3", "5")}
    assert (await debate.answer(Team(models, complete), QUESTION, rounds=1)).text == "4"


async def test_an_agent_hears_its_speakers_and_no_one_else() -> None:
    models = {"amber": Scripted("4", "4"), "blue": Scripted("5", "5"), "coral": Scripted("3", "3")}
    await debate.answer(Team(models, ring), QUESTION, rounds=1)
    assert "- 5" in models["coral"].prompts[1]
    assert "- 4" not in models["coral"].prompts[1]


async def test_a_debate_stops_once_all_agree() -> None:
    team = Team({"amber": Scripted("4"), "blue": Scripted("4.")}, complete)
    assert (await debate.answer(team, QUESTION, rounds=5, until_consensus=True)).text == "4"
    assert team.stopped == "consensus"
