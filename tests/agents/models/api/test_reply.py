"""What is read in the reply of an API."""

import pytest
from symposia.agents.message import Sampling
from symposia.agents.models.api import Api
from symposia.tests.support.asking import QUESTION, api, ask
from symposia.tests.support.server import Reply, Server, completion, failed, said


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
