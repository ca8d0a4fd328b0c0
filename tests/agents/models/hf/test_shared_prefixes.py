"""Prompts that begin alike are read once."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Sampling, Turn
from symposia.agents.loading import load
from symposia.agents.models.hf import runner as runners
from symposia.agents.models.hf.runner import ModelRunner
from symposia.agents.models.hf.shared_prefixes import common, prefixes
from symposia.agents.models.hf.slot_cache import TokenSequence

LONG = "sort " + " ".join("qwertyuiopasdfghjklzxcvbnm")


def sequence(*ids: int, **more: Any) -> TokenSequence:
    return TokenSequence(list(ids), **more)


@pytest.mark.parametrize(
    ("one", "other", "length"), [([1, 2], [1, 2, 3], 2), ([1, 2, 3], [1, 2], 2), ([1, 9], [1, 2], 1), ([], [1], 0)]
)
def test_the_common_tokens_are_counted(one: Sequence[int], other: Sequence[int], length: int) -> None:
    assert common(one, other) == length


def test_alike_prompts_follow_the_first_and_read_their_positions_with_logits() -> None:
    same = [sequence(*range(40)) for _ in range(3)]
    assert prefixes(same) == {same[1]: (same[0], 39), same[2]: (same[0], 39)}
    last = [sequence(*range(40)), sequence(*range(40), keep=5)]
    assert prefixes(last) == {last[1]: (last[0], 35)}


@pytest.mark.parametrize(
    "other",
    [
        sequence(*range(40), cached=1),
        sequence(*range(40), adapter=object()),
        sequence(*range(15), *range(50, 75)),
        sequence(*range(17), *range(50, 75)),
    ],
    ids=["read in part", "another adapter", "little in common", "less than half"],
)
def test_what_has_little_in_common_is_read_by_itself(other: TokenSequence) -> None:
    assert prefixes([sequence(*range(40)), other]) == {}


def test_short_prompts_are_read_by_themselves() -> None:
    assert prefixes([sequence(*range(16)), sequence(*range(16))]) == {}


async def said(turns: Sequence[str], sampling: Sampling) -> list[Any]:
    """What models that share a host say to each of these, all at once."""
    models = [load("pocket:base"), load("pocket:strings")]
    asks = [
        model.write((Turn("user", text),), sampling.model_copy(update={"seed": seed}))
        for model in models
        for seed, text in enumerate(turns)
    ]
    return [(answer.text, answer.ids, answer.usage) for answer in await asyncio.gather(*asks)]


@pytest.mark.parametrize("temperature", [0.0, 0.9])
async def test_answers_are_those_of_prompts_that_are_read_by_themselves(
    temperature: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    forward = ModelRunner._forward

    def counted(self: ModelRunner, sequences: Sequence[TokenSequence]) -> Any:
        read.append(sum(one.coming for one in sequences))
        return forward(self, sequences)

    monkeypatch.setattr(ModelRunner, "_forward", counted)
    turns = [LONG, LONG, LONG, f"{LONG} a", "12 + 7 = ?"]
    sampling = Sampling(temperature=temperature, max_tokens=6)
    together = await said(turns, sampling)
    shared = sum(read)
    read.clear()
    monkeypatch.setattr(runners, "prefixes", lambda sequences: {})
    assert await said(turns, sampling) == together
    assert shared < 0.75 * sum(read)
