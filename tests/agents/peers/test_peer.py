"""A model behind a runtime is a model."""

import asyncio
from typing import Any

import pytest
import torch
from symposia.agents import Sampling
from symposia.agents.errors import SymposiaError
from symposia.agents.models.base import Open, Stepper
from symposia.agents.peers.in_process import in_process
from symposia.tests.support.peers import TURNS, shared


async def test_a_peer_steps_and_writes_as_the_model_does(runtime: Any, models: dict[str, Any]) -> None:
    peer = (await shared(runtime, models, "amber", top=None))["amber"]
    model = models["amber"]
    assert isinstance(peer, Stepper)
    assert not isinstance(peer, Open)
    assert peer.vocabulary == model.vocabulary
    assert await peer.write(TURNS, Sampling(max_tokens=5)) == await model.write(TURNS, Sampling(max_tokens=5))
    assert await peer.choose(TURNS, ("A", "B")) == await model.choose(TURNS, ("A", "B"))


@pytest.mark.parametrize("text", ["the cat", " é!", "<end>", "hello", ""])
async def test_a_peer_tokenizes_as_the_model_does(models: dict[str, Any], text: str) -> None:
    for name in ("amber", "stranger"):
        peer, model = in_process(name, models[name], None), models[name]
        for begins in (True, False):
            ids = model.encode(text, begins=begins)
            assert peer.encode(text, begins=begins) == ids
            assert peer.decode(ids) == model.decode(ids)


async def test_a_session_is_cut_back_forked_and_goes_on(runtime: Any, models: dict[str, Any]) -> None:
    peer = (await shared(runtime, models, "amber", top=None))["amber"]
    one, other = await peer.open(TURNS), await models["amber"].open(TURNS)
    assert one.ids == other.ids
    for session in (one, other):
        session.append((5, 6, 7))
    assert torch.allclose(await one.next(), await other.next(), atol=1e-5)
    fork, origin = one.fork(), other.fork()
    for session in (one, other):
        session.rollback(len(session.ids) - 2)
        session.append((9,))
    for session in (fork, origin):
        session.append((8, 8))
    one_row, fork_row = await peer.step((one, fork))
    assert torch.allclose(one_row, await other.next(), atol=1e-5)
    assert torch.allclose(fork_row, await origin.next(), atol=1e-5)
    one.close()
    with pytest.raises(SymposiaError, match=r"^amber: the session was closed\. Open another one\.$"):
        await one.next()


async def test_a_fork_of_a_closed_session_reads_all_again(models: dict[str, Any]) -> None:
    peer = in_process("amber", models["amber"], None)
    one = await peer.open(TURNS)
    one.append((5, 6))
    row = await one.next()
    fork = one.fork()
    one.close()
    await asyncio.sleep(0.01)
    assert torch.allclose(await fork.next(), row, atol=1e-5)


async def test_several_positions_come_in_one_message(runtime: Any, models: dict[str, Any]) -> None:
    peer = (await shared(runtime, models, "amber", top=8))["amber"]
    session, single = await peer.open(TURNS), await peer.open(TURNS)
    session.append((5, 6, 7))
    for token, row in zip((5, 6, 7), await peer.step((session,), (3,)), strict=True):
        single.append((token,))
        assert torch.allclose(await single.next(), row, atol=1e-4)
