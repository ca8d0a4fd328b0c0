"""Failures of an API that no retry mends."""

import socket

import pytest
from symposia.agents.errors import (
    CallFailed,
    ModelUnavailable,
    PromptTooLong,
    SymposiaError,
)
from symposia.agents.models.api import Api, Limits, limits
from symposia.agents.models.api.failure import without_secrets
from symposia.tests.support.asking import QUESTION, QUICK, api, ask, complaint
from symposia.tests.support.server import Reply, Server, completion, dropped, failed, free_port, raw


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
async def test_a_dead_endpoint_is_named(provider: str) -> None:
    model = Api(f"{provider}/m", base_url=f"http://127.0.0.1:{free_port()}/v1", limits=QUICK)
    assert await complaint(model.write(QUESTION), ModelUnavailable) == (
        f"api:{provider}/m@http://127.0.0.1:PORT/v1: no answer after 3 attempts (connection refused). "
        "Start the server or correct the URL."
    )


@pytest.mark.parametrize(("provider", "seconds"), [("openai", 30.0), ("hosted_vllm", 1.0)])
async def test_a_server_that_takes_no_connection_is_unreachable(
    provider: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LiteLLM has a timeout of connecting for some providers; for the others that of the attempt holds."""
    monkeypatch.setattr(limits, "CONNECTED", 0.3)
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/v1"
        model = Api(f"{provider}/m", base_url=url, limits=Limits(attempts=1, timeout=seconds))
        assert "(no connection in time)" in await complaint(model.write(QUESTION), ModelUnavailable)


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
async def test_a_server_that_hangs_up_is_asked_as_often_as_it_says(provider: str) -> None:
    with Server(*[dropped()] * 4) as server:
        assert await complaint(api(server, f"{provider}/m").write(QUESTION), ModelUnavailable) == (
            f"api:{provider}/m@http://127.0.0.1:PORT/v1: no answer after 3 attempts (connection broken). "
            "Start the server or correct the URL."
        )
    assert len(server.requests) == 3


async def test_a_host_that_does_not_exist_is_named() -> None:
    model = Api("openai/m", base_url="http://no.such.host.invalid/v1", limits=Limits(attempts=1))
    assert await complaint(model.write(QUESTION), ModelUnavailable) == (
        "api:openai/m@http://no.such.host.invalid/v1: no answer after 1 attempt (no such host). "
        "Start the server or correct the URL."
    )


HERE = "api:openai/m@http://127.0.0.1:PORT/v1"


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        (
            failed(404, "The model `m` does not exist"),
            ModelUnavailable,
            "the server said 404: The model `m` does not exist. Check the name of the model and the URL.",
        ),
        (
            failed(400, "Its maximum context length is 8 tokens", code="context_length_exceeded"),
            PromptTooLong,
            "the server said 400: Its maximum context length is 8 tokens. Shorten the prompt or lower max_tokens.",
        ),
        (
            failed(400, "Unsupported parameter: 'seed'"),
            CallFailed,
            "the server said 400: Unsupported parameter: 'seed'. "
            "Change the sampling, or name in `omit` what is not to be sent.",
        ),
    ],
)
async def test_what_no_retry_can_mend_is_not_retried(
    provider: str, reply: Reply, kind: type[SymposiaError], message: str
) -> None:
    with Server(reply) as server:
        text = await complaint(api(server, f"{provider}/m").write(QUESTION), kind)
    assert text == f"api:{provider}/m@http://127.0.0.1:PORT/v1: {message}"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (raw("{nope"), "the reply is not JSON"),
        (raw({"object": "chat.completion", "choices": []}), "a reply without choices"),
        (completion({"content": ""}, finish="tool_calls"), "a reply that ended with 'tool_calls' and calls no tool"),
    ],
)
async def test_an_unreadable_reply_fails_the_call_in_the_end(reply: Reply, problem: str) -> None:
    assert await complaint(ask(reply, reply, reply), CallFailed) == (
        f"{HERE}: no answer after 3 attempts ({problem}). "
        "The URL must be that of an OpenAI-compatible server; it usually ends in /v1."
    )


def test_no_value_of_a_variable_that_holds_a_key_is_left_in_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {"LAB_API_KEY": "key-1", "HF_TOKEN": "token-2", "LAB_SECRET": "secret-3", "MINE": "mine-4"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("EMPTY_KEY", "")
    monkeypatch.setenv("HARMLESS", "harmless-5")
    text = "key-1 token-2 secret-3 mine-4 harmless-5"
    assert without_secrets(text, "MINE") == "*** *** *** *** harmless-5"
    assert without_secrets(text, None) == "*** *** *** mine-4 harmless-5"


@pytest.mark.parametrize("status", [400, 401, 404, 500])
async def test_whatever_the_server_says_no_key_shows(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setenv("OTHER_TOKEN", "other-secret")
    with Server(*[failed(status, "you sent other-secret")] * 3) as server:
        text = await complaint(api(server).write(QUESTION), SymposiaError, exactly=False)
    assert "you sent ***" in text
    assert "other-secret" not in text
