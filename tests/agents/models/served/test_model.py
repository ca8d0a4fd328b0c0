"""A model on a server is a model: it steps, writes and chooses as the one here does."""

import asyncio
import time
from typing import Any

import pytest
import torch
from symposia.agents import Sampling
from symposia.agents.errors import BadMessage, MissingCapability, PromptTooLong, SymposiaError, Twice
from symposia.agents.loading import load
from symposia.agents.message import Answer
from symposia.agents.model_url import capability
from symposia.agents.models.base import Batching, Naming, Open, Portable, Stepper
from symposia.agents.parts import Tool
from symposia.agents.turn import Turn
from symposia.tests.support.served import StandIn

TURNS = (Turn("user", "12 + 7 = ?"),)
SAMPLED = Sampling(max_tokens=6, temperature=0.8, seed=5)


def plain(answer: Answer) -> Answer:
    """An answer without its log-probabilities, in which the padding of the server's output layer counts."""
    return answer.model_copy(update={"logprobs": ()})


@pytest.mark.parametrize("kind", ["there", "sglang"])
async def test_it_writes_and_chooses_as_the_model_does(
    kind: str, here: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    served, model = request.getfixturevalue(kind)["base"], here["base"]
    for sampling in (Sampling(max_tokens=6), Sampling(max_tokens=1), Sampling(max_tokens=6, stop=("2",)), SAMPLED):
        one, other = await served.write(TURNS, sampling), await model.write(TURNS, sampling)
        assert plain(one) == plain(other)
        assert one.logprobs == pytest.approx(other.logprobs, abs=0.06)
    one, other = await served.choose(TURNS, ("A", "B", "AB")), await model.choose(TURNS, ("A", "B", "AB"))
    assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)
    assert one.model_copy(update={"logprobs": ()}) == other.model_copy(update={"logprobs": ()})


async def test_a_last_turn_of_the_assistants_is_continued(here: dict[str, Any], there: dict[str, Any]) -> None:
    turns = (*TURNS, Turn("assistant", "8"))
    one, other = (
        await there["base"].write(turns, Sampling(max_tokens=3)),
        await here["base"].write(turns, Sampling(max_tokens=3)),
    )
    assert plain(one) == plain(other)


async def test_few_likeliest_tokens_choose_by_the_tokens_of_the_labels(
    here: dict[str, Any], few: dict[str, Any], servers: dict[str, StandIn]
) -> None:
    """Off by the mass of the padding alone, which is the same for all labels of as many tokens."""
    one, other = await few["base"].choose(TURNS, ("A", "B")), await here["base"].choose(TURNS, ("A", "B"))
    assert one.ranking == other.ranking
    assert one.logprobs == pytest.approx(other.logprobs, abs=0.06)
    assert len(servers["base"].asked("/v1/completions")[-1]["logprob_token_ids"]) <= 4


def test_it_offers_what_a_stepper_offers(there: dict[str, Any], here: dict[str, Any]) -> None:
    model = there["base"]
    assert all(isinstance(model, kind) for kind in (Stepper, Batching, Portable, Naming))
    assert not isinstance(model, Open)
    assert capability(model.name) is Stepper
    assert (model.vocabulary, model.tokenizer()) == (here["base"].vocabulary, here["base"].tokenizer())


@pytest.mark.parametrize("text", ["the cat", " é!", "<end>", "hello", ""])
def test_it_tokenizes_as_the_model_does(text: str, here: dict[str, Any], there: dict[str, Any]) -> None:
    for begins in (True, False):
        ids = here["base"].encode(text, begins=begins)
        assert there["base"].encode(text, begins=begins) == ids
        assert there["base"].decode(ids) == here["base"].decode(ids)


@pytest.mark.parametrize("kind", ["there", "sglang"])
async def test_a_session_is_cut_back_forked_and_goes_on(
    kind: str, here: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    served = request.getfixturevalue(kind)["base"]
    one, other = await served.open(TURNS), await here["base"].open(TURNS)
    assert one.ids == other.ids
    for session in (one, other):
        session.append((25, 26, 27))
    close(await one.next(), await other.next())
    fork, origin = one.fork(), other.fork()
    for session in (one, other):
        session.rollback(len(session.ids) - 2)
        session.append((29,))
    for session in (fork, origin):
        session.append((28, 28))
    rows = await served.step((one, fork), (2, 3))
    assert rows.shape == (5, served.vocabulary.size)
    close(rows, await here["base"].step((other, origin), (2, 3)))
    one.close()
    with pytest.raises(SymposiaError, match=r": the session was closed\. Open another one\.$"):
        await one.next()
    close((await fork.next()), rows[-1])


def close(one: torch.Tensor, other: torch.Tensor) -> None:
    """Equal but for a constant a row."""
    assert torch.allclose(one.log_softmax(-1), other.log_softmax(-1), atol=1e-4)


async def test_ids_that_are_none_are_refused(there: dict[str, Any]) -> None:
    session = await there["base"].open(TURNS)
    with pytest.raises(SymposiaError, match=r": no token has the id 715\. Its vocabulary has 715\.$"):
        session.append((715,))
    with pytest.raises(SymposiaError, match=r": cannot cut 9 tokens back to 0\. Keep at least one\.$"):
        session.rollback(0)


async def test_members_that_ask_for_different_numbers_share_a_server(
    there: dict[str, Any], few: dict[str, Any], here: dict[str, Any]
) -> None:
    assert there["base"].engine is few["base"].engine
    whole, part = await there["base"].open(TURNS), await few["base"].open(TURNS)
    rows = await there["base"].step((part, whole))
    close(rows[1], await (await here["base"].open(TURNS)).next())
    assert len(set(rows[0].tolist())) == 4  # three tokens (five are of the padding), and one value for all others
    assert (whole.approximation, part.approximation is not None) == (None, True)


async def test_the_context_length_is_the_servers_and_checked_here(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}, context=12) as server:
        model = load(f"vllm:base@{server.url}")
        session = await model.open(TURNS)  # type: ignore[attr-defined]
        session.append((25, 25, 25))
        asked = len(server.requests)
        with pytest.raises(PromptTooLong, match=r"the text has 12 tokens\. The context holds 12 with at least one new"):
            await session.next()
        with pytest.raises(PromptTooLong, match=r"the prompt has 14 tokens"):
            await model.open((Turn("user", "12 + 7 = 12 + 7 = ?"),))  # type: ignore[attr-defined]
        assert len(server.requests) == asked
        answer = await model.write(TURNS, Sampling(max_tokens=50))
        assert len(answer.ids) <= 3


async def test_cancelling_closes_the_connection(here: dict[str, Any]) -> None:
    with StandIn({"base": here["base"]}) as server:
        model = load(f"vllm:base@{server.url}")
        await model.ready()  # type: ignore[attr-defined]
        server.behaviour.delay = 30.0
        task = asyncio.create_task(model.write(TURNS))
        assert await asyncio.to_thread(server.waiting.wait, 10.0)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.hung_up.wait, 5.0)
        assert time.monotonic() - began < 5.0


async def test_what_no_model_takes_is_refused(there: dict[str, Any]) -> None:
    with pytest.raises(Twice):
        await there["base"].choose(TURNS, ("A", "A"))
    with pytest.raises(BadMessage, match="no turns to answer"):
        await there["base"].open(())
    tool = Tool(name="add", description="adds", parameters={})
    with pytest.raises(MissingCapability, match=r"a served model offers no tools\. Use api:hosted_vllm"):
        await there["base"].write(TURNS, Sampling(tools=(tool,)))
