"""The agent with a language model: its persona, what it heard, choosing."""

from symposia.agents import Answer, Ask, LMAgent, Sampling, Usage
from symposia.agents.message import Choice, Choose, Conversation, Request
from symposia.agents.models.scripted import Scripted
from symposia.agents.turn import Turn


async def test_an_agent_speaks_as_its_persona() -> None:
    model = Scripted("yes")
    agent = LMAgent("coder", model, persona="You write code.")
    request = Request(
        prompt=Conversation(history=(Turn(role="user", text="Can you?"),)), sampling=Sampling(), place="q"
    )
    assert await agent.receive(request) == Answer(
        text="yes", usage=Usage(prompt_tokens=5, completion_tokens=1, calls=1)
    )


async def test_what_an_agent_heard_is_its_state() -> None:
    agent = LMAgent("amber", Scripted())
    await agent.receive(Answer(text="4"))
    again = LMAgent("amber", Scripted())
    again.load(agent.save())
    assert again.heard == [Answer(text="4")]


async def test_a_writer_that_names_no_label_chooses_none() -> None:
    agent = LMAgent("judge", Scripted("neither, really"))
    choice = await agent.receive(Choose(prompt=Ask(text="1 or 2?"), labels=("1", "2"), sampling=Sampling()))
    assert isinstance(choice, Choice)
    assert choice.ranking == ()
