"""Speculative collaborative decoding: a draft changes what a fused text costs, never what it says."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.errors import BadModel, PromptTooLong, UnknownName
from symposia.agents.message import Usage
from symposia.agents.models.base import Session
from symposia.agents.models.decoding import Decoded
from symposia.agents.models.hf.sampling import Sampler, pick_each
from symposia.agents.models.load import load
from symposia.agents.run import Run
from symposia.protocols.logit import contrast, fusion

from .markov import START, markov
from .said import says
from .tiny import beginning, llama

By = Callable[..., Awaitable[Answer]]

QUESTIONS = [Ask(text="?" * n) for n in (1, 30, 7, 2, 13, 58)]
WAYS: dict[str, By] = {
    "fusion": fusion.answer,
    "a mixture": partial(fusion.answer, of="probabilities", weights=(1.0, 2.0, 3.0)),
    "contrast": partial(contrast.answer, base="large", toward=("large",), away=("small",), strength=0.5),
    "contrast without a mask": partial(contrast.answer, plausible=0.0, strength=0.5),
}
SAMPLED = Sampling(max_tokens=24, temperature=0.8, top_p=0.95)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Three models of different sizes; the last is the first layer of the first, so it often guesses right."""
    folder = tmp_path_factory.mktemp("models")
    large = llama(folder / "large", hidden_size=64, initializer_range=0.1, max_position_embeddings=256)
    other = llama(folder / "other", seed=1, initializer_range=0.1, max_position_embeddings=256)
    folders = {"large": large, "other": other, "small": beginning(folder / "small", large, 1)}
    return {name: load(f"hf:{folder}") for name, folder in folders.items()}


async def written(team: Team[Any], by: By, questions: list[Ask]) -> list[Decoded]:
    """What is decoded for questions that are asked at once."""
    places = [team.at(f"test/{number}") for number in range(len(questions))]
    await asyncio.gather(*(by(place, question) for place, question in zip(places, questions, strict=True)))
    said = {event.question: event.message for event in team.run.trace.events if isinstance(event.message, Decoded)}
    return [said[f"test/{number}"] for number in range(len(questions))]  # type: ignore[misc]


def same(one: Decoded, other: Decoded) -> None:
    """Both say the same, and by the same: all but what it cost."""
    assert (one.answer.ids, one.answer.text, one.answer.finish) == (
        other.answer.ids,
        other.answer.text,
        other.answer.finish,
    )
    assert one.answer.logprobs == pytest.approx(other.answer.logprobs, abs=1e-4)
    assert one.apart == pytest.approx(other.apart, abs=1e-4)
    for name, given in one.given.items():
        assert given == pytest.approx(other.given[name], abs=1e-4)


@pytest.mark.parametrize("length", [1, 4, 9])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("way", WAYS)
async def test_a_sampled_text_is_that_of_the_plain_loop(models: dict[str, Any], way: str, seed: int, length: int) -> None:
    plain = await written(Team(models, run=Run(seed=seed, sampling=SAMPLED)), WAYS[way], QUESTIONS)
    speculated = partial(WAYS[way], speculate=length)
    drafted = await written(Team(models, run=Run(seed=seed, sampling=SAMPLED)), speculated, QUESTIONS)
    for one, other in zip(drafted, plain, strict=True):
        same(one, other)
    assert sum(one.counts["accepted"] for one in drafted) > 0


@pytest.mark.parametrize("drafter", ["large", "other", "small"])
@pytest.mark.parametrize("way", ["fusion", "a mixture", "contrast without a mask"])
async def test_a_greedy_text_is_that_of_the_plain_loop_whoever_drafts(
    models: dict[str, Any], way: str, drafter: str
) -> None:
    by = partial(WAYS[way], allow_overlap=True) if "contrast" in way else WAYS[way]
    members = {name: models[name] for name in (("large", "small", "other") if "contrast" in way else models)}
    if "contrast" in way and drafter == "small":
        pytest.skip("takes no part")
    plain = await written(Team(members, run=Run(sampling=Sampling(max_tokens=40))), by, QUESTIONS)
    speculated = partial(by, speculate=3, drafter=drafter)
    drafted = await written(Team(members, run=Run(sampling=Sampling(max_tokens=40))), speculated, QUESTIONS)
    for one, other in zip(drafted, plain, strict=True):
        same(one, other)
