"""What a call to an API says."""

import pytest
from symposia.agents.errors import (
    MissingCapability,
)
from symposia.agents.message import Sampling
from symposia.agents.models.api import Api
from symposia.agents.turn import Turn
from symposia.tests.support.asking import QUESTION, api, complaint
from symposia.tests.support.server import Server, raw, said


@pytest.mark.parametrize("model", ["openai/m", "hosted_vllm/m"])
async def test_the_sampling_reaches_the_server(model: str) -> None:
    with Server(said("4")) as server:
        sampling = Sampling(temperature=0.5, top_p=0.9, top_k=7, max_tokens=9, stop=("\n",), seed=3)
        await api(server, model).write((Turn(role="system", text="Be brief."), *QUESTION), sampling)
    assert server.requests[0].path == "/v1/chat/completions"
    assert server.requests[0].body == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2 + 2?"}],
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 7,
        "max_tokens": 9,
        "stop": ["\n"],
        "seed": 3,
    }


async def test_greedy_sampling_sends_only_what_it_has_a_use_for() -> None:
    with Server(said("4")) as server:
        await api(server).write(QUESTION, Sampling(seed=3, top_k=5))
    messages = [{"role": "user", "content": "2 + 2?"}]
    assert server.requests[0].body == {"model": "m", "messages": messages, "temperature": 0.0, "max_tokens": 256}


async def test_what_is_omitted_is_not_sent() -> None:
    with Server(said("4")) as server:
        await Api("openai/m", base_url=server.url, omit=frozenset({"temperature"})).write(QUESTION)
    assert "temperature" not in server.requests[0].body


async def test_vllm_continues_the_last_turn() -> None:
    with Server(said(" 4")) as server:
        await api(server, "hosted_vllm/m").write((*QUESTION, Turn(role="assistant", text="It is")))
    body = server.requests[0].body
    assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)
    assert body["messages"][-1] == {"role": "assistant", "content": "It is"}


async def test_claude_continues_the_last_turn_and_only_the_continuation_comes_back() -> None:
    text, usage = {"type": "text", "text": " 4"}, {"input_tokens": 9, "output_tokens": 2}
    message = {"id": "reply", "type": "message", "role": "assistant", "model": "claude", "content": [text]}
    with Server(raw({**message, "stop_reason": "end_turn", "usage": usage})) as server:
        model = api(server, "anthropic/claude-opus-4-5")
        answer = await model.write((*QUESTION, Turn(role="assistant", text="It is")))
    assert (answer.text, answer.finish) == (" 4", "eos")


async def test_a_provider_that_wants_a_turn_to_be_continued_marked_gets_it_marked() -> None:
    with Server(said(" 4")) as server:
        await api(server, "deepseek/deepseek-chat").write((*QUESTION, Turn(role="assistant", text="It is")))
    assert server.requests[0].body["messages"][-1] == {"role": "assistant", "content": "It is", "prefix": True}


async def test_a_server_that_cannot_continue_a_turn_is_not_asked_to() -> None:
    call = Api("openai/m", base_url="http://127.0.0.1:9/v1").write((*QUESTION, Turn(role="assistant", text="It is")))
    assert await complaint(call, MissingCapability) == (
        "api:openai/m@http://127.0.0.1:PORT/v1: cannot continue a turn of the assistant. "
        "End with a user turn, or serve the model with vLLM and name it hosted_vllm/…."
    )
