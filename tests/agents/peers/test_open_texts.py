"""Texts open at a peer are closed in the end."""

import asyncio
from typing import Any

import pytest
import torch
from symposia.agents import Sampling, Team
from symposia.agents.context import Context
from symposia.agents.peers.messages import Passage
from symposia.agents.peers.open_texts import OpenTexts, TextClosed
from symposia.agents.peers.peer import connect
from symposia.agents.peers.serving import serve
from symposia.protocols.logit import fusion
from symposia.tests.support.peers import CONTEXT, QUESTION, TURNS


def texts_of(model: Any) -> int:
    """How many texts have a place in a model's cache."""
    return int(model.engine.texts)


async def until(model: Any, texts: int) -> None:
    """Wait until a model has this many texts."""
    for _ in range(1000):
        if texts_of(model) == texts:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"{texts_of(model)} texts")


async def test_a_text_that_is_done_or_cancelled_is_closed_there(runtime: Any, models: dict[str, Any]) -> None:
    model = models["blue"].named("fresh")
    before = texts_of(model)
    await serve(runtime, "fresh", model)
    peer = await connect(runtime, "fresh")
    await fusion.answer(Team({"fresh": peer}, context=CONTEXT), QUESTION)
    await until(model, before)
    long = Team({"fresh": peer}, context=Context(sampling=Sampling(max_tokens=500)))
    task = asyncio.create_task(fusion.answer(long, QUESTION))
    await until(model, before + 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(model, before)


async def test_of_too_many_texts_the_oldest_is_closed_and_read_again_when_it_is_needed(
    runtime: Any, models: dict[str, Any]
) -> None:
    await serve(runtime, "amber", models["amber"], most=2)
    peer = await connect(runtime, "amber", top=None)
    one, two = await peer.open(TURNS), await peer.open(TURNS)
    two.append((5, 6))
    expected = await two.next()
    await one.next()
    three = await peer.open(TURNS)
    await peer.step((one, three))
    texts = OpenTexts(most=0)
    with pytest.raises(TextClosed, match=r"^text 1: is not open here\. Of more than 0 the oldest is closed\."):
        texts.advance_to(Passage(text=1, keep=1))
    assert torch.equal(await two.next(), expected)
    two.append((7,))
    assert (await two.next()).shape == expected.shape
