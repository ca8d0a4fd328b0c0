"""Calls that are tried again."""

import pytest
from symposia.agents.errors import (
    CallFailed,
    ModelUnavailable,
)
from symposia.agents.models.api import Api, Attempt, Limits
from symposia.tests.support.asking import QUESTION, api, ask, complaint
from symposia.tests.support.server import Server, failed, raw, said


@pytest.mark.parametrize("model", ["openai/m", "hosted_vllm/m"])
@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_a_passing_failure_is_retried_and_written_down(model: str, status: int) -> None:
    told: list[Attempt] = []
    with Server(failed(status, "busy now", retry_after="0.02"), said("4")) as server:
        model_ = Api(model, base_url=server.url, limits=Limits(first_wait=0.0), on_retry=told.append)
        assert (await model_.write(QUESTION)).text == "4"
    assert told == model_.attempts == [Attempt(0, 1, f"the server said {status}: busy now", 0.02)]


@pytest.mark.parametrize("model", ["openai/m", "hosted_vllm/m"])
@pytest.mark.parametrize("body", ["{nope", "<html>hello</html>", "[]", {"object": "chat.completion", "choices": []}])
async def test_an_unreadable_reply_is_retried(model: str, body: object) -> None:
    with Server(raw(body), said("4")) as server:
        assert (await api(server, model).write(QUESTION)).text == "4"
    assert len(server.requests) == 2


async def test_a_server_that_stays_busy_is_given_up() -> None:
    with Server(*[failed(503, "overloaded")] * 3) as server:
        assert await complaint(api(server).write(QUESTION), ModelUnavailable) == (
            "api:openai/m@http://127.0.0.1:PORT/v1: no answer after 3 attempts (the server said 503: overloaded). "
            "Try later, or lower the limits on concurrency and requests per minute."
        )
    assert len(server.requests) == 3


async def test_a_server_error_fails_the_call_and_not_the_model() -> None:
    assert await complaint(ask(*[failed(500, "assertion failed")] * 3), CallFailed) == (
        f"{HERE}: no answer after 3 attempts (the server said 500: assertion failed). "
        "Its log should say what it stumbled over."
    )


async def test_a_server_that_asks_for_too_long_a_wait_is_given_up_at_once() -> None:
    with Server(failed(429, "slow down", retry_after="3600")) as server:
        await complaint(api(server).write(QUESTION), ModelUnavailable)
    assert len(server.requests) == 1


async def test_a_slow_reply_is_retried_and_then_fails_the_call() -> None:
    with Server(*[said("4").after(5)] * 2) as server:
        model = api(server, limits=Limits(attempts=2, first_wait=0.0, timeout=0.2))
        assert await complaint(model.write(QUESTION), CallFailed) == (
            "api:openai/m@http://127.0.0.1:PORT/v1: no answer after 2 attempts (nothing within 0.2 s). "
            "Raise the timeout or lower max_tokens."
        )


HERE = "api:openai/m@http://127.0.0.1:PORT/v1"
