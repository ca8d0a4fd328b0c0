"""Our teams in AgentChat's teams, AgentChat's teams in ours, with tools and forms passed through."""

import json
from functools import partial
from typing import Any

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.base import ChatAgent
from autogen_agentchat.base import Team as GroupChat
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.messages import StructuredMessage
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_core.models import UserMessage
from pydantic import BaseModel, Field
from symposia.agents import Ask, Collective, Sampling, Team, Turn
from symposia.agents.autogen import Agentic, Client, Grouped, Participant
from symposia.agents.errors import MissingCapability
from symposia.agents.loading import load
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import debate
from symposia.tests.agents.tools.test_equipped import Caller, call
from symposia.tests.support.said import says
from symposia.topologies import complete


def pair(first: Any, second: Any) -> Team[Any]:
    return Team({"amber": first, "blue": second}, complete)


def chat(*agents: ChatAgent | GroupChat, messages: int = 3) -> RoundRobinGroupChat:
    return RoundRobinGroupChat([*agents], termination_condition=MaxMessageTermination(messages))


async def test_our_debate_speaks_in_an_agentchat_team() -> None:
    team = pair(Scripted("4", "4"), Scripted("5", "4"))
    panel = Participant("panel", Collective(team, partial(debate.answer, rounds=1)), sampling=Sampling(max_tokens=8))
    checker = AssistantAgent("checker", model_client=Client(Scripted("the panel is right")))
    result = await chat(panel, checker).run(task="2 + 2?")
    assert [(one.source, one.to_text()) for one in result.messages if hasattr(one, "to_text")] == [  # type: ignore[attr-defined]
        ("user", "2 + 2?"),
        ("panel", "4"),
        ("checker", "the panel is right"),
    ]


async def test_a_participant_knows_what_was_said_until_it_is_reset() -> None:
    model = Scripted("three", "four", "four")
    agent = Participant("a", model)
    team = chat(agent, Participant("b", Scripted("no")), messages=4)
    await team.run(task="2 + 2?")
    assert model.prompts == ["2 + 2?", "b: no"]
    state = await team.save_state()
    await team.reset()
    await team.load_state(state)
    await agent.run(task="and?")
    assert [turn.text for turn in agent._turns] == ["2 + 2?", "three", "b: no", "four", "and?", "four"]


async def test_an_assistant_agent_is_a_member_of_our_debate() -> None:
    solver = AssistantAgent("solver", model_client=Client(Scripted("4", "4")), system_message="Be brief.")
    team = pair(Agentic(solver), Scripted("5", "4"))
    answer = await debate.answer(team, Ask(text="2 + 2?"), rounds=1)
    assert (answer.text, team.spent.calls) == ("4", 4)


async def test_an_agentchat_team_is_a_member_of_our_debate() -> None:
    model = Scripted("4", "no, 4", "4", "yes, 4")
    group = chat(AssistantAgent("a", model_client=Client(model)), AssistantAgent("b", model_client=Client(model)))
    team = pair(Grouped(group), Scripted("5", "yes, 4"))
    answer = await debate.answer(team, Ask(text="2 + 2?"), rounds=1)
    assert (answer.text, team.spent.calls) == ("yes, 4", 6)
    assert model.prompts[0] == "2 + 2?"
    assert model.prompts[2].startswith("2 + 2?")


async def test_calls_of_an_agentchat_team_do_not_know_each_other() -> None:
    model = Scripted("4", "yes", "6", "yes")
    group = chat(Participant("a", model), Participant("b", model))
    grouped = Grouped(group)
    first, second = [await grouped.write([Turn("user", text)]) for text in ("2 + 2?", "3 + 3?")]
    assert first.usage == second.usage
    assert model.prompts == ["2 + 2?", "a: 4", "3 + 3?", "a: 6"]


async def test_an_assistant_agent_calls_its_own_tools_with_a_model_of_ours() -> None:
    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    model = Caller(call(a=2, b=3), "It is 5.")
    agent = AssistantAgent("solver", model_client=Client(model), tools=[add], reflect_on_tool_use=True)
    result = await agent.run(task="2 + 3?")
    assert result.messages[-1].to_text() == "It is 5."
    turns, sampling = model.heard[-1]
    assert [(turn.role, turn.parts[-1].kind) for turn in turns[-2:]] == [
        ("assistant", "tool_call"),
        ("tool", "tool_result"),
    ]
    assert model.heard[0][1].tools[0].name == "add"
    assert sampling.tools == ()


class Sum(BaseModel):
    answer: int = Field(ge=0, le=99)


async def test_an_assistant_agent_gets_its_type_from_a_model_that_is_kept_to_it() -> None:
    agent = AssistantAgent("solver", model_client=Client(load("pocket:base")), output_content_type=Sum)
    message = (await agent.run(task="12 + 7 = ?")).messages[-1]
    assert isinstance(message, StructuredMessage)
    assert 0 <= message.content.answer <= 99
    free = await Client(load("pocket:base")).create([UserMessage(content="?", source="user")], json_output=Sum)
    assert list(json.loads(str(free.content))) == ["answer"]


async def test_a_tool_that_must_be_called_is_refused() -> None:
    from autogen_core.tools import FunctionTool

    def nothing() -> str:
        return ""

    tools = [FunctionTool(nothing, "does nothing")]
    asked = [UserMessage(content="?", source="user")]
    with says(
        MissingCapability,
        "model client: cannot do a tool that must be called. It writes text alone: use one of autogen's for that.",
    ):
        await Client(Caller("x")).create(asked, tools=tools, tool_choice="required")
    with says(MissingCapability, "model client: cannot do tools. It writes text alone: use one of autogen's for that."):
        await Client(Scripted("x")).create(asked, tools=tools)
