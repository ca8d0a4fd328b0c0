"""One model on several hosts: its calls are spread, its answers do not depend on who gives them."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Ask, Open, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.errors import ArchitectureMismatch, BadModel
from symposia.agents.loading import load
from symposia.agents.models.hf.replicated import Hosts, Replicated
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.protocols.logit import fusion
from symposia.protocols.weight import model_swarms
from symposia.tests.support.nearness import flat
from symposia.tests.support.said import says
from symposia.tests.support.tasks import Lottery, lottery
from symposia.tests.support.tiny import adapter, llama
from symposia.trainers.merging.mixture import mixture
from symposia.trainers.search.motion import Motion

QUESTIONS = [Ask(text=f"What is {number} + {number}?") for number in range(12)]
SHORT = Sampling(max_tokens=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for seed, name in enumerate(("amber", "blue")):
        llama(folder / name, seed=seed)
    for seed in range(2):
        adapter(folder / "amber", folder / f"lora-{seed}", seed=seed)
    return folder


def twice(folder: Path, name: str, lora: str = "") -> Any:
    return load(f"hf:{folder / name}{f'+{folder / lora}' if lora else ''}#cpu,cpu")


def alone(folder: Path, name: str, lora: str = "") -> Any:
    return load(f"hf:{folder / name}{f'+{folder / lora}' if lora else ''}")


def reading(model: Any) -> list[int]:
    """Counts the forward passes of each host from now on."""
    counts = [0] * len(model.replicas)

    def counting(number: int) -> Any:
        def count(*_: Any) -> None:
            counts[number] += 1

        return count

    for number, replica in enumerate(model.replicas):
        replica._host._pretrained.register_forward_pre_hook(counting(number))
    return counts


async def written(model: Any) -> list[Any]:
    return await asyncio.gather(*(model.write(question.turns(), SHORT) for question in QUESTIONS))


async def test_two_hosts_share_the_calls_and_answer_as_one(folder: Path) -> None:
    model = twice(folder, "amber")
    assert isinstance(model, Open)
    assert len({id(replica.engine) for replica in model.replicas}) == 2
    counts = reading(model)
    assert [one.ids for one in await written(model)] == [one.ids for one in await written(alone(folder, "amber"))]
    assert min(counts) >= 6
    assert model.hosts.under_way == [0, 0]


async def test_the_same_url_is_the_same_model(folder: Path) -> None:
    assert twice(folder, "amber") is twice(folder, "amber")
    assert twice(folder, "amber").engine is not twice(folder, "blue").engine
    assert twice(folder, "amber").engine is twice(folder, "amber", "lora-0").engine


def test_the_idlest_host_is_asked_and_sessions_take_turns() -> None:
    hosts = Hosts(3)
    with hosts.idlest() as first, hosts.idlest() as second:
        assert (first, second, hosts.under_way) == (0, 1, [1, 1, 0])
        with hosts.idlest() as third:
            assert third == 2
    with hosts.idlest() as again:
        assert again == 0
    assert [hosts.next() for _ in range(4)] == [0, 1, 2, 0]


async def test_a_merged_model_lies_on_both_hosts(folder: Path) -> None:
    pair, single = [{name: kind(folder, name) for name in ("amber", "blue")} for kind in (twice, alone)]
    merged, expected = [mixture(models, (0.5, 0.5), name="soup") for models in (pair, single)]
    assert isinstance(merged, Replicated)
    assert torch.equal(flat(merged), flat(expected))
    assert merged.replicas[0].engine is not pair["amber"].replicas[0].engine
    counts = reading(merged)
    assert [one.ids for one in await written(merged)] == [one.ids for one in await written(expected)]
    assert min(counts) >= 6


async def test_adapters_are_added_up_on_both_hosts_at_no_copy(folder: Path) -> None:
    named = {"amber": "", "lora-0": "lora-0", "lora-1": "lora-1"}
    pair, single = [{name: kind(folder, "amber", lora) for name, lora in named.items()} for kind in (twice, alone)]
    mixed, expected = [mixture(models, (0.2, 0.5, 0.3), name="mixed") for models in (pair, single)]
    assert mixed.engine is pair["amber"].engine
    assert [one.ids for one in await written(mixed)] == [one.ids for one in await written(expected)]


async def test_distributions_are_read_on_both_hosts(folder: Path) -> None:
    model, single = twice(folder, "amber"), alone(folder, "amber")
    sessions = [await model.open(question.turns()) for question in QUESTIONS[:5]]
    lone = [await single.open(question.turns()) for question in QUESTIONS[:5]]
    assert len({id(session.engine) for session in sessions}) == 2
    assert torch.allclose(await model.step(sessions), await single.step(lone), atol=1e-5)
    labels = ("yes", "no")
    both = [await one.choose(QUESTIONS[0].turns(), labels) for one in (model, single)]
    assert both[0].logprobs == pytest.approx(both[1].logprobs, abs=1e-5)
    fused = [
        await fusion.answer(Team({"one": one, "two": blue}, context=Context(sampling=SHORT)), QUESTIONS[0])
        for one, blue in ((model, twice(folder, "blue")), (single, alone(folder, "blue")))
    ]
    assert fused[0].ids == fused[1].ids


async def test_a_search_asks_its_dev_questions_on_both_hosts_and_finds_the_same(folder: Path) -> None:
    found = []
    for kind in (twice, alone):
        models = {name: kind(folder, name) for name in ("amber", "blue")}
        counts = reading(models["amber"]) if kind is twice else [1]
        dev = Dev(Evaluator(Lottery()), lottery(16))
        team = await model_swarms.prepare(
            Team(models, context=Context(sampling=SHORT)), dev, population=3, motion=Motion(iterations=3)
        )
        found.append(team.learned)
        assert min(counts) > 0
    assert found[0] == found[1]


def test_what_is_no_replica_is_refused(folder: Path) -> None:
    amber = alone(folder, "amber")
    with says(BadModel, "replicated: no replicas. Give at least one model."):
        Replicated([])
    with says(BadModel, f"{amber.name}: two replicas on one host. Load each on its own: hf:...#cuda:0,cuda:1."):
        Replicated([amber, amber])
    other = load(f"hf:{llama(folder / 'wide', hidden_size=64)}")
    with says(ArchitectureMismatch, f"{amber.name}: its replicas are different models. Load the same one."):
        Replicated([amber, other])  # type: ignore[list-item]


# One host, many adapters


async def test_a_round_of_adapters_is_read_in_shared_passes(folder: Path) -> None:
    """4 particles, 8 questions, 6 tokens: 32 texts in the passes of one, not 4 times as many passes."""
    models = {name: alone(folder, "amber", lora) for name, lora in (("lora-0", "lora-0"), ("lora-1", "lora-1"))}
    rows: list[int] = []
    network = models["lora-0"]._host._pretrained
    hook = network.register_forward_pre_hook(
        lambda _, __, given: rows.append(len(given["input_ids"])), with_kwargs=True
    )
    dev = Dev(Evaluator(Lottery(), concurrency=32), lottery(8))
    team = Team(models, context=Context(sampling=SHORT))
    engine, go_on = models["lora-0"].engine, threading.Event()
    engine.submit(lambda _: go_on.wait(60) and None)  # the host is busy until the whole round has been asked
    search = asyncio.create_task(model_swarms.prepare(team, dev, population=4, motion=Motion(iterations=1)))
    while engine._inbox.qsize() < 2 + 32:  # noqa: ASYNC110 - the adapters of two children, and all texts
        await asyncio.sleep(0.01)
    go_on.set()
    await search
    hook.remove()
    assert max(rows) == 32
    assert len(rows) <= 2 * 6
    assert sum(rows) <= 4 * 8 * 6
