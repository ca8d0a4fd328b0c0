"""Models on servers write together what they write in one process, token for token."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding.messages import Decoded
from symposia.agents.errors import MissingCapability
from symposia.agents.loading import load
from symposia.agents.models.sessions import Approximation
from symposia.protocols.api import co_llm, nudging
from symposia.protocols.logit import contrast, fusion, unite
from symposia.scenarios.running.notes import approximated, proven
from symposia.tests.support.served import StandIn

By = Callable[..., Awaitable[Answer]]
QUESTIONS = [Ask(text=text) for text in ("sort d c a b", "12 + 7 = ?", "reverse abc", "Which is larger, 8 or 30?")]
GREEDY = Sampling(max_tokens=12)
SAMPLED = Sampling(max_tokens=12, temperature=0.9, top_p=0.95, seed=3)
WAYS: dict[str, By] = {
    "fusion": fusion.answer,
    "a mixture": partial(fusion.answer, of="probabilities", weights=(1.0, 2.0)),
    "contrast": partial(contrast.answer, base="base", toward=("generalist",), away=(), strength=0.5),
    "contrast without a mask": partial(
        contrast.answer, base="generalist", toward=(), away=("base",), strength=0.3, plausible=0.0
    ),
    "speculation": partial(fusion.answer, speculate=3),
    "unite": partial(unite.answer, k=5),
    "safe unite": partial(unite.answer, k=5, gate="safe"),
    "nudging": nudging.answer,
    "Co-LLM by text probability": partial(co_llm.answer, threshold=0.3),
}


async def written(models: dict[str, Any], by: By, sampling: Sampling) -> list[Decoded]:
    """What is decoded for questions that are asked at once."""
    team = Team(models, context=Context(sampling=sampling))
    places = [team.at(f"test/{number}") for number in range(len(QUESTIONS))]
    await asyncio.gather(*(by(place, question) for place, question in zip(places, QUESTIONS, strict=True)))
    said = {event.question: event.message for event in team.context.trace.events if isinstance(event.message, Decoded)}
    return [said[f"test/{number}"] for number in range(len(QUESTIONS))]  # type: ignore[misc]


@pytest.mark.parametrize("sampling", [GREEDY, SAMPLED], ids=["greedy", "sampled"])
@pytest.mark.parametrize("way", WAYS)
async def test_texts_from_two_servers_are_those_of_one_process(
    way: str, sampling: Sampling, here: dict[str, Any], there: dict[str, Any]
) -> None:
    for local, served in zip(
        await written(here, WAYS[way], sampling), await written(there, WAYS[way], sampling), strict=True
    ):
        assert (served.answer.ids, served.answer.text, served.answer.finish) == (
            local.answer.ids,
            local.answer.text,
            local.answer.finish,
        )
        assert served.answer.logprobs == pytest.approx(local.answer.logprobs, abs=1e-4)
        assert served.spans == local.spans
        assert served.counts == local.counts
        assert served.divergence == pytest.approx(local.divergence, abs=1e-4)
        assert served.answer.usage == local.answer.usage
        assert served.approximation == {}


async def test_a_member_here_and_one_on_a_server_write_together(here: dict[str, Any], there: dict[str, Any]) -> None:
    mixed = {"base": here["base"], "generalist": there["generalist"]}
    for by in (fusion.answer, partial(fusion.answer, speculate=3)):
        local, served = await written(here, by, GREEDY), await written(mixed, by, GREEDY)
        assert [one.answer.ids for one in served] == [one.answer.ids for one in local]


async def test_a_round_of_all_texts_is_one_request_a_server(here: dict[str, Any], servers: dict[str, StandIn]) -> None:
    there = {name: load(f"vllm:{name}@{server.url}") for name, server in servers.items()}
    for model in there.values():
        await model.ready()
    before = {name: len(server.asked("/v1/completions")) for name, server in servers.items()}
    texts = await written(there, fusion.answer, GREEDY)
    rounds = max(len(one.answer.ids) for one in texts)
    for name, server in servers.items():
        asked = server.asked("/v1/completions")[before[name] :]
        assert len(asked) == rounds
        assert len(asked[0]["prompt"]) == len(QUESTIONS)


async def test_models_on_sglang_write_together_as_in_one_process(here: dict[str, Any], sglang: dict[str, Any]) -> None:
    for way in ("fusion", "speculation", "safe unite", "nudging"):
        for sampling in (GREEDY, SAMPLED):
            local, served = await written(here, WAYS[way], sampling), await written(sglang, WAYS[way], sampling)
            assert [one.answer.ids for one in served] == [one.answer.ids for one in local]
            assert [one.spans for one in served] == [one.spans for one in local]


@pytest.mark.parametrize("way", ["fusion", "contrast", "speculation"])
async def test_greedy_texts_from_the_likeliest_tokens_are_equal_wherever_they_are_proven(
    way: str, here: dict[str, Any], few: dict[str, Any]
) -> None:
    """Up to the first token that is left open; where none is, the whole text, and nothing is called approximate."""
    proven = 0
    for local, served in zip(
        await written(here, WAYS[way], GREEDY), await written(few, WAYS[way], GREEDY), strict=True
    ):
        assert served.counts["certified"] + served.counts.get("open", 0) == len(served.answer.ids)
        if not served.counts.get("open"):
            proven += 1
            assert served.answer.ids == local.answer.ids
            assert served.approximation == {}
    assert proven == len(QUESTIONS)


async def test_the_likeliest_token_of_each_is_enough_with_a_second_request(servers: dict[str, StandIn]) -> None:
    one = {name: load(f"vllm:{name}@{server.url}#top=1") for name, server in servers.items()}
    counts = [text.counts for text in await written(one, fusion.answer, GREEDY)]
    assert sum(text.get("asked twice", 0) for text in counts) > 0
    assert sum(text.get("open", 0) for text in counts) == 0


async def test_sampled_texts_from_the_likeliest_tokens_say_how_far_off_they_may_be(few: dict[str, Any]) -> None:
    (served, *_) = await written(few, fusion.answer, SAMPLED)
    assert set(served.approximation) == {"base", "generalist"}
    for one in served.approximation.values():
        assert (one.top, one.bound) == (8, True)
        assert 0 < one.mean <= one.worst < 1
    assert "certified" not in served.counts


async def test_what_looks_at_the_likeliest_token_alone_is_exact_from_few(
    here: dict[str, Any], few: dict[str, Any]
) -> None:
    for way in ("nudging", "Co-LLM by text probability"):
        local, served = await written(here, WAYS[way], GREEDY), await written(few, WAYS[way], GREEDY)
        assert [one.answer.ids for one in served] == [one.answer.ids for one in local]
        assert [one.counts for one in served] == [one.counts for one in local]


async def test_a_deferral_token_needs_logits_that_no_server_shows(there: dict[str, Any]) -> None:
    with pytest.raises(MissingCapability, match=r"base shows log-probabilities, and a deferral logit is none\. Use"):
        await co_llm.answer(Team(there), QUESTIONS[0], head="8")


async def test_a_run_counts_its_proven_tokens_and_its_report_says_so(few: dict[str, Any]) -> None:
    team = Team(few, context=Context(sampling=GREEDY))
    answer = await fusion.answer(team, QUESTIONS[0])
    assert team.context.proofs["certified"] == len(answer.ids)
    assert proven({"certified": 150, "asked twice": 40, "open": 50}) == [
        "200 tokens were picked from likeliest tokens alone: 75% are proven to be those of whole distributions, "
        "20% took a second request, 25% are open."
    ]
    assert proven({}) == []


def test_a_bound_is_said_to_be_one() -> None:
    (note,) = approximated({"base": Approximation.of(8, [0.1, 0.3], bound=True)})
    assert note.endswith("They are off by at most 0.2 on average and by 0.3 at most (total variation).")
    (note,) = approximated({"base": Approximation.of(8, [0.1, 0.3])})
    assert note.endswith("They are off by 0.2 on average and by 0.3 at most (total variation).")
