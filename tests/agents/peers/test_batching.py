"""Texts at a peer share forward passes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Team
from symposia.agents.loading import load
from symposia.agents.peers.in_process import in_process
from symposia.agents.peers.peer import connect
from symposia.agents.peers.serving import serve
from symposia.protocols.logit import fusion, unite
from symposia.tests.support.peers import CONTEXT, TURNS, Wire
from symposia.tests.support.tiny import llama


class Counted:
    """A real model's forward pass, and how many texts each one read."""

    def __init__(self, runner: Any) -> None:
        self.sizes: list[int] = []
        self._forward = runner._forward

    def __call__(self, rows: Sequence[Any]) -> Any:
        self.sizes.append(len(rows))
        return self._forward(rows)


@pytest.mark.parametrize("by", [fusion.answer, unite.answer])
async def test_texts_at_once_are_read_in_shared_forward_passes(
    by: Any, runtime: Any, models: dict[str, Any], tmp_path: Path
) -> None:
    model: Any = load(f"hf:{llama(tmp_path / 'm', max_position_embeddings=1024)}")
    runner = model.engine._runner
    runner._forward = counted = Counted(runner)
    await serve(runtime, "m", model)
    team = Team({"m": await connect(runtime, "m", top=64)}, context=CONTEXT)
    await asyncio.gather(*(by(team.at(f"q/{n}"), Ask(text="?" * 3)) for n in range(8)))
    # Eight texts of sixteen tokens: 128 readings.
    assert sum(counted.sizes) == 128
    assert len(counted.sizes) <= 40


async def test_texts_written_there_at_once_share_passes_too(models: dict[str, Any], tmp_path: Path) -> None:
    model: Any = load(f"hf:{llama(tmp_path / 'm', max_position_embeddings=1024)}")
    runner = model.engine._runner
    runner._forward = counted = Counted(runner)
    peer = in_process("m", model, 8)
    await asyncio.gather(*(peer.write(TURNS, Sampling(max_tokens=16)) for _ in range(8)))
    assert len(counted.sizes) <= 40


async def test_a_distribution_on_the_wire_is_small(runtime: Any, models: dict[str, Any]) -> None:
    await serve(runtime, "amber", models["amber"])
    sizes = {}
    for top in (16, None):
        wire: Any = Wire(runtime)
        session = await (await connect(wire, "amber", top=top)).open(TURNS)
        session.append((5,))
        await session.next()
        sizes[top] = wire.sizes[-1]
    # Base64 of 4 bytes a logit: 262 of them; 16 with 4 bytes an id. What is around them is under 250 characters.
    assert 1400 <= sizes[None] <= 1400 + 250
    assert 2 * 88 <= sizes[16] <= 2 * 88 + 250
