"""Reads that are asked for at the same time, in one batch; models of one device by turns."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding import reads
from symposia.agents.decoding.participant import Participant
from symposia.agents.decoding.reads import Read, fullest
from symposia.agents.errors import BadModel, PromptTooLong
from symposia.agents.loading import load
from symposia.protocols.api import nudging
from symposia.tests.support.tiny import llama

CPU, OTHER = torch.device("cpu"), torch.device("meta")


class At:
    """A participant of which only its place matters."""

    def __init__(self, host: int, device: torch.device = CPU) -> None:
        self.host, self.device = host, device


def waiting(*places: At) -> list[Read]:
    return [Read(place, Sampling(), None) for place in places]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hosts", "held", "due", "later"),
    [
        ((1, 1, 2), (), [1, 1], {2}),
        ((2, 1, 1), (2,), [2, 1, 1], set()),
        ((1, 2, 3, 3), (2,), [2, 3, 3], {1}),
        ((1,), (), [1], set()),
        ((), (), [], set()),
    ],
)
def test_the_fullest_host_is_read_and_no_other_waits_twice(
    hosts: tuple[int, ...], held: tuple[int, ...], due: list[int], later: set[int]
) -> None:
    found, back = fullest(waiting(*map(At, hosts)), held)
    assert [read.participant.host for read in found] == due
    assert back == later


def test_hosts_on_other_devices_wait_for_none() -> None:
    found, back = fullest(waiting(At(1), At(1), At(2, OTHER)), ())
    assert (len(found), back) == (3, set())


async def test_texts_that_alternate_between_two_models_are_read_in_full_batches(
    models: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    read_all = reads.read_all

    async def counted(wanted: Mapping[Participant, int]) -> dict[Participant, Exception]:
        sizes.append((len(wanted), len({participant.host for participant in wanted})))
        return await read_all(wanted)

    monkeypatch.setattr(reads, "read_all", counted)
    team = Team(
        {name: models[name] for name in ("amber", "blue")},
        context=Context(sampling=Sampling(max_tokens=16, stop=("~",))),
    )
    places = [team.at(f"test/{number}") for number in range(16)]
    asked = [nudging.answer(place, Ask(text="?" * n), gamma=1.1, longest=1) for n, place in enumerate(places)]
    said = await asyncio.gather(*asked)
    passes = sum(answer.usage.completion_tokens for answer in said)
    assert sum(size for size, _ in sizes) == passes
    assert {hosts for _, hosts in sizes} <= {0, 1, 2}
    assert sum(hosts for _, hosts in sizes) < passes / 8  # of 16 texts


async def test_a_text_that_cannot_be_read_fails_alone(models: dict[str, Any], tmp_path: Path) -> None:
    team = Team({name: models[name] for name in ("amber", "blue")}, context=Context(sampling=Sampling(max_tokens=4)))
    questions = [Ask(text="?"), Ask(text="?" * 500), Ask(text="??")]
    places = [team.at(f"test/{number}") for number in range(3)]
    asked = [nudging.answer(place, question) for place, question in zip(places, questions, strict=True)]
    first, second, third = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(second, PromptTooLong)
    assert not isinstance(first, BaseException)
    assert not isinstance(third, BaseException)


async def test_a_base_whose_output_is_no_number_is_named(tmp_path: Path) -> None:
    base, nudger = (load(f"hf:{llama(tmp_path / name, seed=seed)}") for seed, name in enumerate(("base", "nudger")))
    broken = {name: value * torch.nan if "norm" in name else value for name, value in base.parameters.items()}  # type: ignore[attr-defined]
    team = Team({"base": base.with_parameters(broken, name="base"), "nudger": nudger})  # type: ignore[attr-defined]
    with pytest.raises(BadModel, match=r"base: its output is not a number\. Check its weights\."):
        await nudging.answer(team, Ask(text="q"), longest=1)
