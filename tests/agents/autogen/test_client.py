"""AgentChat agents on our models, and our teams with AgentChat agents."""

import asyncio
from collections.abc import Sequence

import pytest
from autogen_agentchat.agents import AssistantAgent, BaseChatAgent
from autogen_agentchat.base import ChatAgent, Response
from autogen_agentchat.base import Team as GroupChat
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.messages import BaseChatMessage, TextMessage
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_core import CancellationToken, Image
from autogen_core.model_context import UnboundedChatCompletionContext
from autogen_core.models import LLMMessage, RequestUsage, SystemMessage, UserMessage
from PIL import Image as Picture
from symposia.agents.accounting import Usage
from symposia.agents.autogen import Agentic, Client
from symposia.agents.errors import MissingCapability, UnknownName
from symposia.agents.message import Answer, Ask, Sampling
from symposia.agents.models.api import Api
from symposia.agents.models.base import GREEDY, Writer
from symposia.agents.models.scripted import Scripted
from symposia.agents.team import Team
from symposia.agents.turn import Turn
from symposia.tests.support.said import says
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


def remembering(*script: str) -> AssistantAgent:
    """An agent that was told something before its first question."""
    context = UnboundedChatCompletionContext(initial_messages=[UserMessage(content="a lot is given", source="user")])
    return AssistantAgent("solver", model_client=Client(Scripted(*script)), model_context=context)


async def test_what_an_agent_knew_before_its_first_question_is_known_at_each() -> None:
    agentic = Agentic(remembering("4", "6"))
    usages = [(await agentic.write([Turn(role="user", text=text)])).usage for text in ("2 + 2?", "3 + 3?")]
    words = len(["a", "lot", "is", "given"])
    assert usages[0] == usages[1]
    plain = Agentic(AssistantAgent("solver", model_client=Client(Scripted("4"))))
    assert (
        usages[0].prompt_tokens - (await plain.write([Turn(role="user", text="2 + 2?")])).usage.prompt_tokens == words
    )


class Slow(BaseChatAgent):
    """An agent that hears, thinks for a moment, and says all that it heard since its reset."""

    produced_message_types = (TextMessage,)

    def __init__(self) -> None:
        super().__init__("slow", "thinks")
        self.heard: list[str] = []

    async def on_messages(self, messages: Sequence[BaseChatMessage], cancellation_token: CancellationToken) -> Response:
        self.heard += [message.to_text() for message in messages]
        await asyncio.sleep(0.001)
        return Response(chat_message=TextMessage(content="|".join(self.heard), source=self.name))

    async def on_reset(self, cancellation_token: CancellationToken) -> None:
        self.heard.clear()


async def test_two_wrappers_of_one_agent_do_not_mix_their_questions() -> None:
    agent = Slow()
    first, second = Agentic(agent), Agentic(agent)
    asks = [
        one.write([Turn(role="user", text=f"{name}{number}")])
        for one, name in ((first, "a"), (second, "b"))
        for number in range(3)
    ]
    assert [answer.text for answer in await asyncio.gather(*asks)] == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_an_agent_answers_in_one_event_loop_after_another() -> None:
    agentic = Agentic(AssistantAgent("solver", model_client=Client(Scripted(*"444444"))))

    async def asked() -> list[str]:
        asks = (agentic.write([Turn(role="user", text="2 + 2?")]) for _ in range(3))
        return [answer.text for answer in await asyncio.gather(*asks)]

    assert [asyncio.run(asked()), asyncio.run(asked())] == [["4"] * 3] * 2


class Short:
    """A writer that is cut short."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        return Answer(text="It is", finish="length")


async def test_how_an_answer_ended_is_kept() -> None:
    agentic = Agentic(AssistantAgent("solver", model_client=Client(Short())))
    assert (await agentic.write([Turn(role="user", text="2 + 2?")])).finish == "length"


def test_a_client_says_that_it_cannot_be_written_to_a_file() -> None:
    agent = AssistantAgent("solver", model_client=Client(Scripted("4")))
    with says(MissingCapability, "model client: cannot be written to a file, nor can what has it. Build it in Python."):
        agent.dump_component()
