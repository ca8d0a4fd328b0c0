"""Models that call tools: each call is a message, traced, charged, limited, and never made again in a replay."""

import asyncio
import json
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Budget, Context, Sampling, Team, Turn, Usage
from symposia.agents.errors import BudgetSpent, MissingCapability, Twice
from symposia.agents.loading import load
from symposia.agents.models.absent import Absent
from symposia.agents.models.reads import EVERYTHING
from symposia.agents.parts import ToolCall, ToolResult
from symposia.agents.replay import Memory
from symposia.agents.tools import Equipped, function_tool
from symposia.agents.tools.agent import Limits
from symposia.agents.tools.messages import CallTool, ToolSaid
from symposia.agents.trace import Trace
from symposia.tests.support.asking import api
from symposia.tests.support.server import Server, completion, said

SUM = Ask(text="What is 2 + 3?")


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


class Caller:
    """Answers by a script of texts and tool calls, and keeps what it was given."""

    reads = EVERYTHING

    def __init__(self, *script: str | ToolCall | tuple[ToolCall, ...]) -> None:
        self.script = list(script)
        self.heard: list[tuple[tuple[Turn, ...], Sampling]] = []

    async def write(self, turns: Any, sampling: Sampling = Sampling()) -> Answer:  # noqa: B008 - frozen
        self.heard.append((tuple(turns), sampling))
        line, usage = self.script.pop(0), Usage(prompt_tokens=5, completion_tokens=1, calls=1)
        if isinstance(line, str):
            return Answer(text=line, usage=usage)
        calls = line if isinstance(line, tuple) else (line,)
        return Answer(text="", finish="tool_calls", tool_calls=calls, usage=usage)


def call(name: str = "add", number: str = "c1", **arguments: Any) -> ToolCall:
    return ToolCall(id=number, name=name, arguments=json.dumps(arguments))


def results(model: Caller) -> list[str]:
    """The results that a model was shown in its last call."""
    turns, _ = model.heard[-1]
    return [part.text for turn in turns if turn.role == "tool" for part in turn.parts if isinstance(part, ToolResult)]


async def test_a_tool_is_called_and_its_result_comes_back_to_the_model() -> None:
    trace, model = Trace(), Caller(call(a=2, b=3), "It is 5.")
    team = Team({"amber": Equipped(model, [function_tool(add)])}, context=Context(trace=trace))
    answer = await team.ask("amber", SUM)
    assert (answer.text, answer.usage) == ("It is 5.", Usage(prompt_tokens=10, completion_tokens=2, calls=2))
    assert results(model) == ["5"]
    assert model.heard[0][1].tools[0].name == "add"
    below = [(event.question, event.sender, event.to) for event in trace.events if "/" in event.question]
    assert below == [
        ("question/amber.0", "conductor", "model"),
        ("question/amber.0", "model", "conductor"),
        ("question/amber.0", "conductor", "tool.add"),
        ("question/amber.0", "tool.add", "conductor"),
        ("question/amber.0", "conductor", "model"),
        ("question/amber.0", "model", "conductor"),
    ]
    told = [event.message for event in trace.events if isinstance(event.message, CallTool | ToolSaid)]
    assert told == [CallTool(call=call(a=2, b=3)), ToolSaid(result=ToolResult(id="c1", text="5"))]


async def test_a_replay_calls_neither_the_model_nor_the_tool() -> None:
    made: list[int] = []

    def count(a: int) -> int:
        made.append(a)
        return len(made)

    trace, model = Trace(), Caller(call("count", a=7), "1")
    await Team({"amber": Equipped(model, [function_tool(count)])}, context=Context(trace=trace)).ask("amber", SUM)
    memory = Memory(trace.events, "replay")
    again = Team({"amber": Equipped(Absent("m"), [function_tool(count)])}, context=Context(memory=memory))
    assert (await again.ask("amber", SUM)).text == "1"
    memory.check_used()
    assert made == [7]


async def test_calls_of_two_tools_in_one_reply_are_made_at_once_and_told_in_their_order() -> None:
    met = asyncio.Barrier(2)

    async def one() -> str:
        await met.wait()
        return "x"

    async def other() -> str:
        await met.wait()
        return "y"

    model = Caller((call("other", "c1"), call("one", "c2")), "done")
    await Equipped(model, [function_tool(one), function_tool(other)]).write([Turn("user", "?")])
    assert results(model) == ["y", "x"]


@pytest.mark.parametrize(
    ("made", "result"),
    [
        (call("sub"), "no tool is named 'sub'. Known: add."),
        (ToolCall(id="1", name="add", arguments="[1"), "add: the arguments are not a JSON object. Call it with one."),
        (ToolCall(id="1", name="add", arguments="[" * 99_999), "add: the arguments are not a JSON object."),
        (call(a="two", b=3), "add: a: Input should be a valid integer"),
        (call(a=2, b=3, c=4), "add: c: Extra inputs are not permitted"),
    ],
)
async def test_a_call_that_cannot_be_made_is_told_to_the_model(made: ToolCall, result: str) -> None:
    model = Caller(made, "sorry")
    assert (await Equipped(model, [function_tool(add)]).write([Turn("user", "?")])).text == "sorry"
    assert results(model)[0].startswith(result)


async def test_a_tool_that_raises_is_a_failed_result() -> None:
    def broken() -> None:
        raise OSError("no disk")

    trace, model = Trace(), Caller(call("broken"), "sorry")
    team = Team({"amber": Equipped(model, [function_tool(broken)])}, context=Context(trace=trace))
    await team.ask("amber", SUM)
    (told,) = [event.message for event in trace.events if isinstance(event.message, ToolSaid)]
    assert (told.failed, told.result.text) == (True, "broken: OSError: no disk")


async def test_a_tool_has_a_deadline_and_its_result_a_size() -> None:
    async def slow() -> None:
        await asyncio.sleep(60)

    def long() -> str:
        return "x" * 1000

    model = Caller(call("slow"), call("long"), "done")
    tools = [function_tool(slow), function_tool(long)]
    await Equipped(model, tools, limits=Limits(seconds=0.05, characters=40)).write([Turn("user", "?")])
    assert results(model) == [
        "slow: no result within 0.05 s.",
        f"{'x' * 40}\n[960 more characters were left out]",
    ]


async def test_a_model_that_goes_on_calling_has_no_answer() -> None:
    made: list[int] = []
    model = Caller(*[call("note", a=turn) for turn in range(9)])

    def note(a: int) -> None:
        made.append(a)

    with pytest.raises(BudgetSpent, match="tools were called in 3 replies, and no answer"):
        await Equipped(model, [function_tool(note)], rounds=2).write([Turn("user", "?")])
    assert made == [0, 1]


async def test_the_budget_of_a_question_holds_for_what_a_model_does_with_tools() -> None:
    model = Caller(*[call(a=1, b=1) for _ in range(9)])
    context = Context(budget=Budget(calls=2))
    with pytest.raises(BudgetSpent, match="budget of 2 calls is spent"):
        await Team({"amber": Equipped(model, [function_tool(add)])}, context=context).ask("amber", SUM)
    assert len(model.heard) == 2


async def test_a_provider_is_offered_the_tools_and_given_the_results() -> None:
    made = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2, "b": 3}'}}
    with Server(completion({"content": None, "tool_calls": [made]}, finish="tool_calls"), said("5")) as server:
        answer = await Equipped(api(server), [function_tool(add)]).write([Turn("user", "2 + 3?")])
    first, second = (request.body for request in server.requests)
    assert answer.text == "5"
    assert first["tools"][0]["function"]["name"] == "add"
    assert [message["role"] for message in second["messages"]] == ["user", "assistant", "tool"]
    assert second["messages"][2] == {"role": "tool", "tool_call_id": "c1", "content": "5"}


def test_only_models_that_call_tools_are_given_some_and_no_two_of_one_name() -> None:
    with pytest.raises(MissingCapability, match="pocket:base calls none"):
        Equipped(load("pocket:base"), [function_tool(add)])
    with pytest.raises(Twice, match="tool named twice: add"):
        Equipped(Caller(), [function_tool(add), function_tool(add)])
