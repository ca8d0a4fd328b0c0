"""AgentChat agents on our models, and our teams with AgentChat agents."""

import asyncio

import pytest
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.base import ChatAgent
from autogen_agentchat.base import Team as GroupChat
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_core import CancellationToken, Image
from autogen_core.models import LLMMessage, RequestUsage, SystemMessage, UserMessage
from PIL import Image as Picture
from symposia.agents.accounting import Usage
from symposia.agents.autogen import Agentic, Client
from symposia.agents.errors import MissingCapability, UnknownName
from symposia.agents.message import Ask
from symposia.agents.models.api import Api
from symposia.agents.models.base import Writer
from symposia.agents.models.scripted import Scripted
from symposia.agents.team import Team
from symposia.agents.turn import Turn
from symposia.tests.support.server import Server, said

ASKED: list[LLMMessage] = [SystemMessage(content="Be brief."), UserMessage(content="2 + 2?", source="user")]


async def test_a_writer_is_the_model_of_an_agentchat_agent() -> None:
    agent = AssistantAgent("solver", model_client=Client(Scripted("It is 4.")))
    result = await agent.run(task="2 + 2?")
    assert result.messages[-1].to_text() == "It is 4."


async def test_two_writers_converse_in_an_agentchat_team() -> None:
    first, second = Scripted("3, I think", "you are right, 4"), Scripted("no, 4", "good")
    agents: list[ChatAgent | GroupChat] = [
        AssistantAgent(name, model_client=Client(model)) for name, model in (("a", first), ("b", second))
    ]
    result = await RoundRobinGroupChat(agents, termination_condition=MaxMessageTermination(5)).run(task="2 + 2?")
    said = [message.to_text() for message in result.messages]
    assert said == ["2 + 2?", "3, I think", "no, 4", "you are right, 4", "good"]


async def test_the_client_counts_the_tokens_of_all_answers() -> None:
    client = Client(Scripted("It is 4.", "four"))
    await client.create(ASKED)
    await client.create(ASKED)
    assert client.total_usage() == client.actual_usage() == RequestUsage(prompt_tokens=10, completion_tokens=4)


async def test_a_stream_ends_with_the_result() -> None:
    text, result = [piece async for piece in Client(Scripted("4")).create_stream(ASKED)]
    assert (text, result.finish_reason) == ("4", "stop")  # type: ignore[union-attr]


async def test_cancelling_through_autogen_cancels_the_writer() -> None:
    token = CancellationToken()
    with Server(said("late").after(30)) as server:
        call = asyncio.create_task(Client(Api("openai/m", base_url=server.url)).create(ASKED, cancellation_token=token))
        assert await asyncio.to_thread(server.asked.wait, 20)
        token.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(server.hung_up.wait, 20)


async def test_json_is_not_promised() -> None:
    with pytest.raises(MissingCapability) as caught:
        await Client(Scripted("4")).create(ASKED, json_output=True)
    assert str(caught.value) == (
        "model client: cannot do forced JSON. It writes text alone: use one of autogen's for that."
    )


async def test_images_are_not_dropped() -> None:
    picture = Image(Picture.new("RGB", (1, 1)))
    with pytest.raises(MissingCapability, match="a UserMessage that is not text"):
        await Client(Scripted("4")).create([UserMessage(content=["What is this?", picture], source="user")])


async def test_an_unknown_extra_argument_is_an_error() -> None:
    with pytest.raises(UnknownName, match="extra_create_args: no field of the sampling named 'temprature'"):
        await Client(Scripted("4")).create(ASKED, extra_create_args={"temprature": 0.5})


async def test_an_agentchat_agent_is_a_member_of_our_team() -> None:
    model = Scripted("It is 4.")
    agentic = Agentic(AssistantAgent("solver", model_client=Client(model)))
    assert isinstance(agentic, Writer)
    team = Team({"solver": agentic})
    answer = await team.ask("solver", Ask(text="2 + 2?"))
    assert (answer.text, model.prompts) == ("It is 4.", ["2 + 2?"])


async def test_calls_of_an_agentchat_agent_do_not_know_each_other() -> None:
    agentic = Agentic(AssistantAgent("solver", model_client=Client(Scripted("4", "6")), system_message=None))
    first = await agentic.write([Turn(role="user", text="2 + 2?")])
    second = await agentic.write([Turn(role="user", text="3 + 3?")])
    assert (first.usage, second.usage) == (
        Usage(prompt_tokens=3, completion_tokens=1, calls=1),
        Usage(prompt_tokens=3, completion_tokens=1, calls=1),
    )
