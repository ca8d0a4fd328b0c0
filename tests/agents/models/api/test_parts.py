"""Images, tools, tool calls and tool results on their way to an API and back."""

from base64 import b64encode
from typing import Any

import pytest
from symposia.agents.errors import CallFailed, SymposiaError
from symposia.agents.message import Sampling
from symposia.agents.models.api.request import messages_of
from symposia.agents.parts import Image, Text, Tool, ToolCall, ToolResult
from symposia.agents.turn import Turn
from symposia.tests.support.asking import QUESTION, api
from symposia.tests.support.pictures import png
from symposia.tests.support.server import Server, completion, said

ADD = Tool(
    name="add",
    description="Adds two numbers.",
    parameters={"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
)
ARGUMENTS = '{"a": 2, "b": 3}'
CALL = ToolCall(id="call_1", name="add", arguments=ARGUMENTS)
SENT = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": ARGUMENTS}}


async def test_an_image_is_sent_as_a_data_url() -> None:
    with Server(said("red")) as server:
        turn = Turn("user", (Text(text="What colour?"), Image.from_bytes(png())))
        await api(server).write((turn,), Sampling())
    assert server.requests[0].body["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What colour?"},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{b64encode(png()).decode()}"}},
            ],
        }
    ]


async def test_a_tool_is_offered_called_and_answered() -> None:
    wants = completion({"content": None, "tool_calls": [SENT]}, finish="tool_calls")
    with Server(wants, said("5")) as server:
        model, sampling = api(server), Sampling(tools=(ADD,))
        asked = await model.write(QUESTION, sampling)
        done = (Turn("assistant", asked.tool_calls), Turn("tool", (ToolResult(id="call_1", text="5"),)))
        answered = await model.write((*QUESTION, *done), sampling)
    assert (asked.text, asked.finish, asked.tool_calls) == ("", "tool_calls", (CALL,))
    assert (answered.text, answered.finish, answered.tool_calls) == ("5", "eos", ())
    first, second = (request.body for request in server.requests)
    assert first["tools"] == [
        {
            "type": "function",
            "function": {"name": "add", "description": "Adds two numbers.", "parameters": dict(ADD.parameters)},
        }
    ]
    assert second["messages"] == [
        {"role": "user", "content": "2 + 2?"},
        {"role": "assistant", "tool_calls": [SENT]},
        {"role": "tool", "tool_call_id": "call_1", "content": "5"},
    ]


async def test_tool_calls_beside_a_usual_ending_are_tool_calls_all_the_same() -> None:
    with Server(completion({"content": "Let me add.", "tool_calls": [SENT]}, finish="stop")) as server:
        answer = await api(server).write(QUESTION, Sampling(tools=(ADD,)))
    assert (answer.text, answer.finish, answer.tool_calls) == ("Let me add.", "tool_calls", (CALL,))


async def test_without_tools_none_are_sent() -> None:
    with Server(said("4")) as server:
        await api(server).write(QUESTION, Sampling())
    assert "tools" not in server.requests[0].body


@pytest.mark.parametrize(
    ("turn", "messages"),
    [
        (Turn("user", "hi"), [{"role": "user", "content": "hi"}]),
        (Turn("user", (Text(text="a"), Text(text="b"))), [{"role": "user", "content": "ab"}]),
        (Turn("assistant", (Text(text="a"), CALL)), [{"role": "assistant", "content": "a", "tool_calls": [SENT]}]),
        (
            Turn("tool", (ToolResult(id="1", text="x"), ToolResult(id="2", text="y"))),
            [
                {"role": "tool", "tool_call_id": "1", "content": "x"},
                {"role": "tool", "tool_call_id": "2", "content": "y"},
            ],
        ),
    ],
)
def test_a_turn_is_as_many_messages_as_it_needs(turn: Turn, messages: list[dict[str, Any]]) -> None:
    assert list(messages_of(turn)) == messages


async def test_an_image_that_came_by_reference_alone_cannot_be_sent() -> None:
    with Server(said("red")) as server:
        with pytest.raises(SymposiaError, match="its bytes are not here"):
            await api(server).write((Turn("user", (Image(sha256="ab" * 32, media_type="image/png"),)),), Sampling())
        assert not issubclass(SymposiaError, CallFailed)
        assert server.requests == []
