"""Models behind an API, against a real HTTP server."""

import asyncio
import re
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
from symposia.agents.accounting import Usage
from symposia.agents.errors import (
    BadModel,
    CallFailed,
    MissingCapability,
    ModelUnavailable,
    PromptTooLong,
    SymposiaError,
    UnknownName,
)
from symposia.agents.message import Answer, Sampling, Turn
from symposia.agents.models.api import Api, Attempt, Limits
from symposia.agents.models.api.limits import Gate, retry_after
from symposia.agents.models.base import Writer
from symposia.tests.server import Reply, Server, completion, dropped, failed, raw, said, streamed

QUESTION = (Turn(role="user", text="2 + 2?"),)
QUICK = Limits(attempts=3, first_wait=0.01)


def api(server: Server, model: str = "openai/m", limits: Limits = QUICK) -> Api:
    return Api(model, base_url=server.url, limits=limits)


async def ask(*script: Reply, sampling: Sampling | None = None, model: str = "openai/m") -> Answer:
    with Server(*script) as server:
        return await api(server, model).write(QUESTION, sampling or Sampling())


async def complaint(awaitable: object, kind: type[SymposiaError]) -> str:
    """The one error a call raises, with ports and URLs of the test server made equal."""
    with pytest.raises(kind) as caught:
        await awaitable  # type: ignore[misc]
    assert type(caught.value) is kind
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", str(caught.value))


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# What a call says and what comes back


async def test_an_answer_comes_back_with_its_usage() -> None:
    answer = await ask(said("4"))
    assert answer == Answer(
        text="4", finish="eos", usage=Usage(prompt_tokens=11, completion_tokens=3, calls=1, cost=None)
    )


def test_an_api_is_a_writer() -> None:
    assert isinstance(Api("openai/m"), Writer)


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


@pytest.mark.parametrize(
    ("reply", "finish"),
    [
        (said("4", finish="stop"), "eos"),
        (said("4", finish="length"), "length"),
        (said("4", finish="content_filter"), "refused"),
        (completion({"content": "4"}, stop_reason="\n"), "stop_string"),
        (completion({"content": "4"}, stop_reason=151645), "eos"),
    ],
)
async def test_the_finish_says_why_the_answer_ended(reply: Reply, finish: str) -> None:
    assert (await ask(reply, sampling=Sampling(stop=("\n",)))).finish == finish


async def test_a_refusal_is_an_answer() -> None:
    answer = await ask(completion({"content": None, "refusal": "I would rather not."}))
    assert (answer.text, answer.finish) == ("I would rather not.", "refused")


async def test_a_filtered_prompt_is_refused_without_a_retry() -> None:
    with Server(failed(400, "rejected by the safety system", code="content_policy_violation")) as server:
        assert (await api(server).write(QUESTION)).finish == "refused"
    assert len(server.requests) == 1


@pytest.mark.parametrize("model", ["openai/m", "hosted_vllm/m"])
@pytest.mark.parametrize(
    ("reply", "text", "reasoning", "finish"),
    [
        (said("4", reasoning="two and two"), "4", "two and two", "eos"),
        (said("<think>two and two</think>\n\n4"), "4", "two and two", "eos"),
        (said("two and two\n</think>\n\n4"), "4", "two and two", "eos"),
        (said(None, reasoning="two and", finish="length"), "", "two and", "unfinished"),
        (said("<think>\ntwo and", finish="length"), "", "two and", "unfinished"),
        (said("4", reasoning="two and two", finish="length"), "4", "two and two", "length"),
    ],
)
async def test_reasoning_is_kept_apart(model: str, reply: Reply, text: str, reasoning: str, finish: str) -> None:
    answer = await ask(reply, model=model)
    assert (answer.text, answer.reasoning, answer.finish) == (text, reasoning, finish)


async def test_log_probabilities_are_asked_for_and_kept() -> None:
    tokens = [{"token": "4", "logprob": -0.25, "bytes": None, "top_logprobs": []}]
    with Server(completion({"content": "4"}, logprobs={"content": tokens})) as server:
        answer = await Api("openai/m", base_url=server.url, logprobs=True).write(QUESTION)
    assert (answer.logprobs, answer.ids) == ((-0.25,), ())
    assert server.requests[0].body["logprobs"] is True


async def test_the_cost_of_a_model_with_a_price_is_known() -> None:
    answer = await ask(said("4"), model="openai/gpt-4o-mini")
    assert answer.usage.cost == pytest.approx(11 * 0.15e-6 + 3 * 0.60e-6)


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


# Retries


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


def test_waits_double_up_to_the_longest_and_never_undercut_the_server() -> None:
    limits = Limits(first_wait=1.0, longest_wait=8.0)
    ranges = [(0.5, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 8.0), (4.0, 8.0)]
    assert all(low <= limits.wait(retry, None) <= high for retry, (low, high) in enumerate(ranges, start=1))
    assert limits.wait(1, 5.0) == 5.0


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert retry_after({"retry-after": "2.5"}) == 2.5
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({}) is None


async def test_a_slow_reply_is_retried_and_then_fails_the_call() -> None:
    with Server(*[said("4").after(5)] * 2) as server:
        model = api(server, limits=Limits(attempts=2, first_wait=0.0, timeout=0.2))
        assert await complaint(model.write(QUESTION), CallFailed) == (
            "api:openai/m@http://127.0.0.1:PORT/v1: no answer after 2 attempts (nothing within 0.2 s). "
            "Raise the timeout or lower max_tokens."
        )


# Failures for good


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
async def test_a_dead_endpoint_is_named(provider: str) -> None:
    model = Api(f"{provider}/m", base_url=f"http://127.0.0.1:{free_port()}/v1", limits=QUICK)
    assert await complaint(model.write(QUESTION), ModelUnavailable) == (
        f"api:{provider}/m@http://127.0.0.1:PORT/v1: no answer after 3 attempts (connection refused). "
        "Start the server or mend the URL."
    )


async def test_a_server_that_takes_no_connection_is_unreachable() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/v1"
        model = Api("hosted_vllm/m", base_url=url, limits=Limits(attempts=1, timeout=0.3))
        assert "(no connection in time)" in await complaint(model.write(QUESTION), ModelUnavailable)


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
async def test_a_server_that_hangs_up_is_asked_as_often_as_it_says(provider: str) -> None:
    with Server(*[dropped()] * 4) as server:
        assert await complaint(api(server, f"{provider}/m").write(QUESTION), ModelUnavailable) == (
            f"api:{provider}/m@http://127.0.0.1:PORT/v1: no answer after 3 attempts (connection broken). "
            "Start the server or mend the URL."
        )
    assert len(server.requests) == 3


async def test_a_host_that_does_not_exist_is_named() -> None:
    model = Api("openai/m", base_url="http://no.such.host.invalid/v1", limits=Limits(attempts=1))
    assert await complaint(model.write(QUESTION), ModelUnavailable) == (
        "api:openai/m@http://no.such.host.invalid/v1: no answer after 1 attempt (no such host). "
        "Start the server or mend the URL."
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
        (completion({"content": ""}, finish="tool_calls"), "a reply that ended with 'tool_calls'"),
    ],
)
async def test_an_unreadable_reply_fails_the_call_in_the_end(reply: Reply, problem: str) -> None:
    assert await complaint(ask(reply, reply, reply), CallFailed) == (
        f"{HERE}: no answer after 3 attempts ({problem}). "
        "The URL must be that of an OpenAI-compatible server; it usually ends in /v1."
    )


async def test_a_reply_without_usage_is_no_answer() -> None:
    bare = raw(
        {"object": "chat.completion", "choices": [{"index": 0, "message": {"content": "4"}, "finish_reason": "stop"}]}
    )
    assert "a reply without usage, so its tokens cannot be counted" in await complaint(
        ask(bare, bare, bare), CallFailed
    )


async def test_a_parameter_the_provider_does_not_take_is_an_error_before_the_request() -> None:
    with Server() as server:
        model = Api("anthropic/claude-3-5-sonnet-20240620", base_url=server.url)
        text = await complaint(model.write(QUESTION, Sampling(temperature=1.0, seed=3)), MissingCapability)
    assert text == (
        "api:anthropic/claude-3-5-sonnet-20240620@http://127.0.0.1:PORT/v1: anthropic does not support parameters: "
        "['seed'], for model=claude-3-5-sonnet-20240620. Change the sampling, or name in `omit` what is not to be sent."
    )
    assert server.requests == []


# Keys


async def test_a_missing_key_is_named_before_any_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert await complaint(Api("openai/gpt-4o-mini").write(QUESTION), ModelUnavailable) == (
        "api:openai/gpt-4o-mini: no API key. Set the environment variable OPENAI_API_KEY."
    )


async def test_a_key_named_in_the_address_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", "lab-secret")
    with Server(said("4")) as server:
        await Api.from_url(f"api:openai/m@{server.url}#LAB_API_KEY").write(QUESTION)
    assert server.requests[0].headers["authorization"] == "Bearer lab-secret"


async def test_a_provider_s_key_does_not_go_to_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "openai-secret")
    with Server(said("4")) as server:
        await api(server).write(QUESTION)
    assert "openai-secret" not in str(server.requests[0].headers)


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
async def test_a_key_never_shows_in_an_error(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    monkeypatch.setenv("LAB_API_KEY", "lab-secret")
    with Server(failed(401, "Incorrect API key provided: lab-secret")) as server:
        model = Api(f"{provider}/m", base_url=server.url, api_key_env="LAB_API_KEY")
        with pytest.raises(ModelUnavailable) as caught:
            await model.write(QUESTION)
    assert "the server said 401: Incorrect API key provided: ***. Check the API key" in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


# Addresses


@pytest.mark.parametrize(
    ("url", "model", "base_url", "key"),
    [
        ("api:openai/gpt-4o-mini", "openai/gpt-4o-mini", None, None),
        ("api:hosted_vllm/Qwen/Qwen3-8B", "hosted_vllm/Qwen/Qwen3-8B", None, None),
        ("api:openai/m@http://127.0.0.1:8000/v1", "openai/m", "http://127.0.0.1:8000/v1", None),
        ("api:openai/m@https://lab.org/v1#LAB_API_KEY", "openai/m", "https://lab.org/v1", "LAB_API_KEY"),
        ("api:vertex_ai/claude@20240620", "vertex_ai/claude@20240620", None, None),
    ],
)
def test_an_address_says_model_server_and_key(url: str, model: str, base_url: str | None, key: str | None) -> None:
    api = Api.from_url(url)
    assert (api.model, api.base_url, api.api_key_env) == (model, base_url, key)
    assert str(api.address) == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("api:gpt-4o", "api:gpt-4o: no provider. Write api:PROVIDER/MODEL, as in api:openai/gpt-4o-mini."),
        ("openai/m", "openai/m: not an API model. Write api:PROVIDER/MODEL, as in api:openai/gpt-4o-mini."),
        (
            "api:openai/m@http://",
            "api:openai/m: 'http://' is not the URL of a server. Write it as in @http://127.0.0.1:8000/v1.",
        ),
        (
            "api:openai/m@http://me:sk-1@host/v1",
            "api:openai/m: the URL holds credentials. Put the key into an environment variable and add #ITS_NAME.",
        ),
        (
            "api:openai/m#sk-1",
            "api:openai/m: what follows # is not the name of an environment variable. "
            "Name the variable that holds the key, as in #LAB_API_KEY; never write the key itself.",
        ),
    ],
)
def test_a_bad_address_is_an_error(url: str, message: str) -> None:
    with pytest.raises(BadModel) as caught:
        Api.from_url(url)
    assert str(caught.value) == message


async def test_an_unknown_provider_is_an_error() -> None:
    text = await complaint(Api("opnai/m").write(QUESTION), UnknownName)
    assert text.startswith("api:opnai/m: no provider named 'opnai'. Did you mean 'openai'? Known: ")


def test_an_unknown_field_cannot_be_omitted() -> None:
    with pytest.raises(UnknownName, match="no field of the sampling named 'sed'"):
        Api("openai/m", omit=frozenset({"sed"}))


# Streams


async def collect(server: Server, model: str = "openai/m") -> list[str]:
    return [piece async for piece in api(server, model).stream(QUESTION)]


@pytest.mark.parametrize("model", ["openai/m", "hosted_vllm/m"])
@pytest.mark.parametrize(
    ("pieces", "heard"),
    [
        (("It ", "is ", "4."), ["It ", "is ", "4."]),
        (("<thi", "nk>two and", " two</th", "ink>\n", "\n", "It is ", "4."), ["It is ", "4."]),
        (("<", "3"), ["<3"]),
        (("<",), ["<"]),
        (("<think>two and",), []),
    ],
)
async def test_a_stream_is_heard_piece_by_piece_without_its_reasoning(
    model: str, pieces: tuple[str, ...], heard: list[str]
) -> None:
    with Server(streamed(*pieces)) as server:
        assert await collect(server, model) == heard


async def test_the_beginning_of_a_stream_is_retried() -> None:
    with Server(failed(503), streamed("4")) as server:
        assert await collect(server) == ["4"]


async def test_a_stream_that_breaks_off_is_an_error() -> None:
    with Server(streamed("It ", "is", finish=None)) as server:
        assert "the stream broke off" in await complaint(collect(server), CallFailed)


async def test_a_stream_that_is_left_frees_its_slot() -> None:
    with Server(streamed("It ", "is"), said("4")) as server:
        model = api(server, limits=Limits(concurrency=1))
        stream = model.stream(QUESTION)
        assert await anext(stream) == "It "
        await stream.aclose()  # type: ignore[attr-defined]
        assert (await model.write(QUESTION)).text == "4"


# Limits


async def test_a_cancelled_call_hangs_up_and_frees_its_slot() -> None:
    with Server(said("late").after(30), said("4")) as server:
        model = api(server, limits=Limits(concurrency=1))
        call = asyncio.create_task(model.write(QUESTION))
        assert await asyncio.to_thread(server.asked.wait, 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(server.hung_up.wait, 10)
        assert (await model.write(QUESTION)).text == "4"


async def test_models_of_one_server_share_its_concurrency() -> None:
    with Server(*[said("4").after(0.05)] * 6) as server:
        models = [api(server, "openai/a", Limits(concurrency=2)), api(server, "hosted_vllm/b", Limits(concurrency=2))]
        await asyncio.gather(*(model.write(QUESTION) for model in models * 3))
    assert server.most_at_once == 2


async def test_models_of_one_server_cannot_have_different_limits() -> None:
    with Server(said("4")) as server:
        await api(server, limits=Limits(concurrency=2)).write(QUESTION)
        text = await complaint(api(server, limits=Limits(per_minute=6)).write(QUESTION), BadModel)
    assert text == (
        "http://127.0.0.1:PORT/v1: limits of 8 at once and 6.0 per minute, but another model there has 2 and any "
        "number. Give all models of one server the same."
    )


class TimeTravel(asyncio.SelectorEventLoop):
    """An event loop without input in which nobody waits: the clock jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._selector.select = self._jump  # type: ignore[attr-defined]

    def time(self) -> float:
        return self.now

    def _jump(self, timeout: float | None) -> list[object]:
        self.now += timeout or 0.0
        return []


def in_virtual_time(moments: Callable[[Gate, Callable[[], float]], object], limits: Limits) -> object:
    loop = TimeTravel()
    try:
        return loop.run_until_complete(moments(Gate(limits), loop.time))  # type: ignore[arg-type]
    finally:
        loop.close()


async def passing(gate: Gate, time: Callable[[], float]) -> float:
    async with gate.enter():
        return round(time(), 6)


def test_requests_are_spaced_over_the_minute() -> None:
    async def moments(gate: Gate, time: Callable[[], float]) -> list[float]:
        return await asyncio.gather(*(passing(gate, time) for _ in range(4)))

    assert in_virtual_time(moments, Limits(per_minute=30)) == [0.0, 2.0, 4.0, 6.0]


def test_one_request_that_must_wait_holds_all() -> None:
    async def moments(gate: Gate, time: Callable[[], float]) -> list[float]:
        gate.hold(7.0)
        return await asyncio.gather(*(passing(gate, time) for _ in range(2)))

    assert in_virtual_time(moments, Limits()) == [7.0, 7.0]


# Manners

ALONE = """
import asyncio, sys
from symposia.agents.message import Turn
from symposia.agents.models.api import Api

heavy = {"litellm", "openai", "torch", "httpx"} & set(sys.modules)
called = []
sys.addaudithook(lambda event, args: called.append(args[1]) if event == "socket.connect" else None)
asked = Api("openai/m", base_url=sys.argv[1]).write((Turn(role="user", text="2 + 2?"),))
print(asyncio.run(asked).text, heavy or "light", {address for address in called if isinstance(address, tuple)})
"""


async def test_a_call_loads_litellm_late_says_nothing_and_connects_to_nobody_else() -> None:
    with Server(said("4")) as server:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", ALONE, server.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, errors = await child.communicate()
        port = int(server.url.split(":")[2].removesuffix("/v1"))
    assert (out.decode(), errors.decode()) == (f"4 light {{('127.0.0.1', {port})}}\n", "")
