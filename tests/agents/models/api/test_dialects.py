"""What twelve providers say in words of their own, as their documentation and their replies have it."""

from typing import Any

import pytest
from symposia.agents.errors import CallFailed, MissingCapability, ModelUnavailable, PromptTooLong
from symposia.agents.message import Sampling
from symposia.agents.models.api import Api, Limits
from symposia.agents.models.api.dialects import refused
from symposia.tests.support.asking import QUESTION, QUICK, api, ask, complaint
from symposia.tests.support.server import HEAD, Reply, Server, completion, failed, raw, said

COUNTED = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}


def replied(finish: str | None, content: object = "4", usage: object = COUNTED, **message: object) -> Reply:
    """A chat completion with any content and any usage."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": finish}
    body = {**HEAD, "object": "chat.completion", "choices": [choice], "service_tier": "on_demand"}
    return raw(body if usage is None else {**body, "usage": usage})


GEMINI = {
    "candidates": [{"content": {"parts": [{"text": "4"}], "role": "model"}, "finishReason": "STOP", "index": 0}],
    "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 3, "totalTokenCount": 14},
}
ANTHROPIC = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude",
    "content": [{"type": "text", "text": "4"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 11, "output_tokens": 3},
}
COHERE = {
    "id": "1",
    "finish_reason": "COMPLETE",
    "message": {"role": "assistant", "content": [{"type": "text", "text": "4"}]},
    "usage": {"tokens": {"input_tokens": 11, "output_tokens": 3}},
}

PROVIDERS: dict[str, tuple[str, Reply]] = {
    "openai": ("openai/m", replied("stop", refusal=None, annotations=[])),
    "azure through a gateway": ("openai/m", replied("stop", content_filter_results={"hate": {"filtered": False}})),
    "vllm": ("hosted_vllm/m", completion({"content": "4", "reasoning_content": None}, stop_reason=None)),
    "sglang": ("openai/m", replied("stop", matched_stop=2)),
    "tgi": ("openai/m", replied("eos_token")),
    "llama.cpp": (
        "openai/m",
        raw(
            {
                **HEAD,
                "object": "chat.completion",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": "4"}, "finish_reason": "stop"}],
                "usage": COUNTED,
                "timings": {"prompt_n": 11},
            }
        ),
    ),
    "deepseek": ("deepseek/m", replied("stop", reasoning_content=None)),
    "mistral": ("mistral/m", replied("stop", tool_calls=None, prefix=False)),
    "groq": ("groq/m", replied("stop", usage={**COUNTED, "queue_time": 0.1, "total_time": 0.2})),
    "together": ("together_ai/m", replied("eos")),
    "openrouter": ("openrouter/m", replied("stop", refusal=None, reasoning=None)),
    "anthropic": ("anthropic/claude-3-5-sonnet-20240620", raw(ANTHROPIC)),
    "gemini": ("gemini/gemini-2.0-flash", raw(GEMINI)),
    "cohere": ("cohere_chat/command-a-03-2025", raw(COHERE)),
}


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_an_ordinary_reply_is_an_answer(provider: str) -> None:
    model, reply = PROVIDERS[provider]
    answer = await ask(reply, model=model)
    assert (answer.text, answer.finish, answer.reasoning) == ("4", "eos", None)
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.uncounted) == (11, 3, None)


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
@pytest.mark.parametrize(
    ("finish", "read"),
    [
        ("stop_sequence", "stop_string"),
        ("max_tokens", "length"),
        ("model_length", "length"),
        ("SAFETY", "refused"),
        ("RECITATION", "refused"),
        ("content_filtered", "refused"),
        ("guardrail_intervened", "refused"),
        ("sensitive", "refused"),
        ("end_turn", "eos"),
        (None, "eos"),
    ],
)
async def test_the_providers_own_word_says_how_an_answer_ended(provider: str, finish: str | None, read: str) -> None:
    assert (await ask(replied(finish), model=f"{provider}/m")).finish == read


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
@pytest.mark.parametrize("finish", ["error", "abort", "insufficient_system_resource", "network_error"])
async def test_an_answer_that_the_provider_broke_off_is_none(provider: str, finish: str) -> None:
    with Server(replied(finish, "It is par"), said("4")) as server:
        answer = await api(server, f"{provider}/m").write(QUESTION)
    assert (answer.text, answer.retries) == ("4", (f"a reply that ended with {finish!r}",))


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}])
async def test_usage_that_a_server_does_not_say_is_unknown_and_the_answer_is_kept(provider: str, usage: Any) -> None:
    answer = await ask(replied("stop", usage=usage), model=f"{provider}/m")
    assert (answer.text, answer.usage.calls, answer.usage.uncounted, answer.usage.cost) == ("4", 1, 1, None)


async def test_a_prompt_that_was_in_a_cache_costs_nothing() -> None:
    answer = await ask(replied("stop", usage={"prompt_tokens": 0, "completion_tokens": 3, "total_tokens": 3}))
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.uncounted) == (0, 3, None)


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
async def test_content_in_parts_is_named_without_a_traceback(provider: str) -> None:
    reply = replied("stop", [{"type": "text", "text": "4"}])
    error = await complaint(ask(reply, reply, reply, model=f"{provider}/m"), CallFailed)
    assert "(the reply is not in OpenAI's format; its content may be in parts)" in error
    assert "Traceback" not in error


FILTERS = [
    failed(
        400,
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy",
        code="content_filter",
    ),
    failed(400, "Your request was rejected as a result of our safety system", code="content_policy_violation"),
    failed(400, "Input data may contain inappropriate content.", code="data_inspection_failed"),
    failed(400, "Content Exists Risk"),
    failed(400, "Your prompt was flagged by our moderation"),
    failed(403, "The input violates our usage policy"),
]


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
@pytest.mark.parametrize("reply", FILTERS, ids=lambda reply: reply.body.decode()[24:64])
async def test_what_a_filter_stops_is_refused_and_no_failure(provider: str, reply: Reply) -> None:
    with Server(reply) as server:
        answer = await api(server, f"{provider}/m").write(QUESTION)
    assert (answer.text, answer.finish, len(server.requests)) == ("", "refused", 1)


TOO_LONG = [
    failed(400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens"),
    failed(400, "The decoder prompt (length 5000) is longer than the maximum model length of 4096"),
    failed(413, "Request Entity Too Large"),
    failed(400, "prompt is too long: 210000 tokens > 200000 maximum"),
    failed(400, "Input is too long for requested model."),
    failed(422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000"),
    failed(400, "the request exceeds the available context size, try increasing it"),
    failed(400, "too many tokens: size limit exceeded by 200 tokens"),
    failed(400, "The input token count (1048600) exceeds the maximum number of tokens allowed (1048576)."),
    failed(400, "Please reduce the length of the messages or completion.", code="context_length_exceeded"),
]


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
@pytest.mark.parametrize("reply", TOO_LONG, ids=lambda reply: reply.body.decode()[24:64])
async def test_what_does_not_fit_is_named_so(provider: str, reply: Reply) -> None:
    await complaint(ask(reply, model=f"{provider}/m"), PromptTooLong)


@pytest.mark.parametrize(
    "words",
    [
        "You exceeded your current quota, please check your plan and billing details.",
        "Insufficient Balance",
        "Your credit balance is too low to access the API. Please go to Plans & Billing to purchase credits.",
    ],
)
async def test_a_quota_that_is_used_up_is_not_waited_for(words: str) -> None:
    with Server(failed(429, words)) as server:
        error = await complaint(api(server, limits=Limits()).write(QUESTION), ModelUnavailable)
    assert (len(server.requests), words[:20] in error) == (1, True)


async def test_a_busy_server_is_asked_again_for_as_long_as_patience_lasts() -> None:
    busy = [failed(429, "Rate limit reached for requests")] * 9
    with Server(*busy, said("4")) as server:
        limits = Limits(attempts=1, first_wait=0.001, longest_wait=0.002, patience=30.0)
        answer = await api(server, limits=limits).write(QUESTION)
    assert (answer.text, len(answer.retries), len(server.requests)) == ("4", 9, 10)


def test_patience_is_minutes_by_default_and_covers_what_the_server_asks_for() -> None:
    limits = Limits()
    assert limits.wants(True, attempts=40, waited=500.0, wait=100.0)
    assert not limits.wants(True, attempts=40, waited=501.0, wait=100.0)
    assert not limits.wants(False, attempts=4, waited=3.0, wait=1.0)
    assert limits.wants(False, attempts=3, waited=3.0, wait=60.0)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (
            "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is "
            "supported.",
            {"temperature"},
        ),
        (
            "Unsupported parameter: 'max_tokens' is not supported here. Use 'max_completion_tokens' instead.",
            {"max_tokens"},
        ),
        ("anthropic does not support parameters: ['seed'], for model=claude-3-5-sonnet", {"seed"}),
        ("`temperature` and `top_p` cannot both be specified for this model", {"temperature", "top_p"}),
        ("[{'type': 'extra_forbidden', 'loc': ('body', 'top_k'), 'msg': 'Extra inputs are not permitted'}]", {"top_k"}),
        ("property 'seed' is unsupported; unknown field", {"seed"}),
        ("'stop' is not supported with this model", {"stop"}),
        ("the temperature in Paris is 20 degrees", set()),
        ("messages must not be empty", set()),
    ],
)
def test_the_parameters_that_a_model_does_not_take_are_read_in_its_refusal(words: str, names: set[str]) -> None:
    assert refused(words) == names


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
async def test_a_parameter_that_is_refused_is_not_sent_again_and_the_answer_says_so(provider: str) -> None:
    no = failed(400, "Unsupported value: 'temperature' does not support 0.7 with this model.")
    with Server(no, said("4"), said("5")) as server:
        model = api(server, f"{provider}/m")
        sampling = Sampling(temperature=0.7, seed=3)
        answers = [await model.write(QUESTION, sampling) for _ in range(2)]
    assert [(answer.text, answer.omitted, answer.retries) for answer in answers] == [
        ("4", ("temperature",), ()),
        ("5", ("temperature",), ()),
    ]
    assert ["temperature" in asked.body for asked in server.requests] == [True, False, False]
    assert [asked.body["seed"] for asked in server.requests] == [3, 3, 3]


async def test_the_limit_of_an_answer_is_sent_by_its_new_name_where_the_old_one_is_refused() -> None:
    no = failed(400, "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.")
    with Server(no, said("4")) as server:
        answer = await api(server).write(QUESTION, Sampling(max_tokens=7))
    assert answer.omitted == ()
    assert "max_tokens" not in server.requests[1].body
    assert server.requests[1].body["max_completion_tokens"] == 7


async def test_a_stop_string_that_a_server_does_not_take_is_looked_for_here() -> None:
    with Server(failed(400, "Unsupported parameter: 'stop' is not supported with this model."), said("4;5")) as server:
        answer = await api(server).write(QUESTION, Sampling(stop=(";",)))
    assert (answer.text, answer.finish, answer.omitted) == ("4", "stop_string", ("stop",))


async def test_a_seed_that_anthropic_does_not_take_is_no_error() -> None:
    with Server(raw(ANTHROPIC)) as server:
        model = Api("anthropic/claude-3-5-sonnet-20240620", base_url=server.url, limits=QUICK)
        answer = await model.write(QUESTION, Sampling(temperature=0.7, seed=3))
    assert (answer.text, answer.omitted) == ("4", ("seed",))
    assert server.requests[0].body["temperature"] == 0.7


@pytest.mark.parametrize("name", ["o3-mini", "gpt-5"])
async def test_a_reasoning_model_of_openai_answers_with_the_default_sampling(name: str) -> None:
    with Server(said("4")) as server:
        answer = await Api(f"openai/{name}", base_url=server.url, limits=QUICK).write(QUESTION)
    assert (answer.text, answer.omitted) == ("4", ("temperature",))


@pytest.mark.parametrize("text", ["<think>a</think>x<think>b</think>y", "a</think>x</think>y"])
async def test_reasoning_ends_at_its_last_tag_as_it_does_in_this_process(text: str) -> None:
    assert (await ask(said(text))).text == "y"


async def test_half_a_character_is_replaced() -> None:
    body = replied("stop").body.replace(b'"4"', b'"4\\ud83d"')
    assert (await ask(Reply(body))).text == "4\N{REPLACEMENT CHARACTER}"


async def test_a_stream_refuses_tools_instead_of_showing_nothing() -> None:
    from symposia.agents.parts import Tool

    tool = Tool(name="add", description="Add.", parameters={"type": "object"})
    with Server() as server:
        stream = api(server).stream(QUESTION, Sampling(tools=(tool,)))
        error = await complaint(anext(stream), MissingCapability)
    assert error.endswith("a stream shows no tool calls. Ask with write instead.")
