"""Models on other runtimes: what a peer that shares its distributions says, and how exact it is."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from functools import partial
from math import log
from pathlib import Path
from typing import Any

import pytest
import torch
from autogen_core import SingleThreadedAgentRuntime
from symposia.agents import Ask, Sampling, Team
from symposia.agents.codec import decode, encode
from symposia.agents.context import Context
from symposia.agents.decoding.messages import Decoded
from symposia.agents.errors import BadModel, MissingCapability, PromptTooLong, SymposiaError, VocabularyMismatch
from symposia.agents.load import capability, check, load
from symposia.agents.message import Turn
from symposia.agents.models.base import Approximation, Open, Stepper
from symposia.agents.models.scripted import Scripted
from symposia.agents.peers.distributions import read, written
from symposia.agents.peers.in_process import in_process
from symposia.agents.peers.messages import End, ReadDistributions, Top, Whole
from symposia.agents.peers.peer import Peer, connect
from symposia.agents.peers.serving import serve
from symposia.agents.runtime.errors import UnknownName
from symposia.agents.runtime.local import LocalRuntime
from symposia.protocols.api import co_llm, nudging, switch_generation
from symposia.protocols.logit import contrast, fusion, unite
from symposia.scenarios.planning.plan import at

from .command import symposia
from .markov import START, markov
from .tiny import llama

QUESTION = Ask(text="q")
TURNS = (Turn(role="user", text="q"),)
CONTEXT = Context(sampling=Sampling(max_tokens=16))
WORDS = (" a", " b", " c", " d")
# Of " a" " b" " c" " d" the two likeliest have .7; the rest is .2 and .1, and 262 tokens of nothing.
TABLE = {START: {" a": 0.4, " b": 0.3, " c": 0.2, " d": 0.1}, " a": {"<end>": 1.0}}


class Wire:
    """A runtime that puts every message into words and back, as one between machines does."""

    def __init__(self, runtime: Any) -> None:
        self.runtime = runtime
        self.sizes: list[int] = []

    async def send_message(self, message: Any, recipient: Any) -> Any:
        return self.said(await self.runtime.send_message(self.said(message), recipient))

    def said(self, message: Any) -> Any:
        words = json.dumps(encode(message), separators=(",", ":"))
        self.sizes.append(len(words))
        return decode(json.loads(words))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("models")
    return {
        "amber": load(f"hf:{llama(folder / 'amber', max_position_embeddings=1024)}"),
        "blue": load(f"hf:{llama(folder / 'blue', seed=1, max_position_embeddings=1024)}"),
        "stranger": load(f"hf:{llama(folder / 'stranger', 'hello', seed=2)}"),
        "table": load(f"hf:{markov(folder / 'table', TABLE, WORDS)}"),
    }


@pytest.fixture(params=[LocalRuntime, SingleThreadedAgentRuntime])
async def runtime(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    made = request.param()
    made.start()
    yield made
    await made.stop_when_idle()


async def shared(runtime: Any, models: dict[str, Any], *names: str, **options: Any) -> dict[str, Any]:
    """Peers with these models behind them, over a wire."""
    for name in names:
        await serve(runtime, name, models[name])
    return {name: await connect(Wire(runtime), name, **options) for name in names}  # type: ignore[arg-type]


def decoded(team: Team[Any]) -> Decoded:
    """The last text that was written together."""
    message = team.context.trace.events[-1].message
    assert isinstance(message, Decoded)
    return message


# A peer is a model.


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


# How exact it is.


def test_what_is_not_listed_is_rebuilt_with_an_even_share() -> None:
    row = torch.tensor([[0.4, 0.3, 0.2, 0.1, 0.0, 0.0]]).log()
    top = written(row, 2, "amber")
    assert isinstance(top, Top)
    assert read(top, 6).softmax(-1)[0].tolist() == pytest.approx([0.4, 0.3, 0.075, 0.075, 0.075, 0.075])
    # Off by .125, .025, .075 and .075; half of that.
    assert top.errors == pytest.approx((0.15,))
    assert top.tails == pytest.approx((log(0.3),))


def test_all_tokens_are_the_whole_distribution() -> None:
    rows = torch.randn(3, 7, generator=torch.Generator().manual_seed(0))
    for top in (7, None):
        shown = written(rows, top, "amber")
        assert torch.equal(read(shown, 7), rows)
        assert isinstance(shown, Whole) or shown.errors == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_a_distribution_that_is_none_is_not_shown(wrong: float) -> None:
    with pytest.raises(BadModel, match=r"^amber: its output is not a number\. Check its weights\.$"):
        written(torch.tensor([[0.0, wrong]]), 1, "amber")


async def test_the_measured_error_is_that_of_the_table(runtime: Any, models: dict[str, Any]) -> None:
    peers = await shared(runtime, models, "table", top=2)
    team = Team({"table": peers["table"]}, context=Context(sampling=Sampling(max_tokens=1)))
    assert (await fusion.answer(team, QUESTION)).text == " a"
    # .3 is shared by 264 tokens: |.2 - s| + |.1 - s| + 262 s, halved, with s = .3 / 264.
    found = decoded(team).approximation["table"]
    assert (found.top, found.count) == (2, 1)
    assert found.mean == found.worst == pytest.approx(0.29773, abs=1e-4)


def test_approximations_add_up() -> None:
    one, other = Approximation.of(8, [0.1, 0.3]), Approximation.of(4, [0.05])
    both = one + other
    assert (both.top, both.count, both.worst) == (4, 3, 0.3)
    assert both.mean == pytest.approx(0.15)


async def test_as_many_as_the_vocabulary_has_is_exact(runtime: Any, models: dict[str, Any]) -> None:
    here = {name: models[name] for name in ("amber", "blue")}
    expected = await fusion.answer(Team(here, context=CONTEXT), QUESTION)
    for top in (262, None):
        for name in here:
            await serve(runtime, f"{name}-{top}", models[name])
        peers = {name: await connect(runtime, f"{name}-{top}", top=top) for name in here}
        team = Team(peers, context=CONTEXT)
        assert await fusion.answer(team, QUESTION) == expected
        assert decoded(team).approximation == {}


async def test_peers_stand_wherever_models_stand(runtime: Any, models: dict[str, Any]) -> None:
    peers = {**(await shared(runtime, models, "amber", "blue", top=None)), "here": models["amber"]}
    here = {"amber": models["amber"], "blue": models["blue"], "here": models["amber"]}
    safe = partial(unite.answer, gate="safe")
    for by in (contrast.answer, nudging.answer, co_llm.answer, unite.answer, safe, switch_generation.answer):
        there, alone = [await by(Team(members, context=CONTEXT), QUESTION) for members in (peers, here)]
        assert (there.text, there.ids, there.finish) == (alone.text, alone.ids, alone.finish)
        assert there.usage == alone.usage


# What goes wrong.


async def test_errors_of_a_peer_arrive_with_its_name(runtime: Any, models: dict[str, Any]) -> None:
    peer = (await shared(runtime, models, "stranger"))["stranger"]
    with pytest.raises(PromptTooLong, match=r"^stranger: .*the prompt has 516 tokens\."):
        await peer.open((Turn(role="user", text="x" * 512),))
    long, short = await peer.open(TURNS), await peer.open(TURNS)
    long.append([5] * 200)
    with pytest.raises(PromptTooLong, match=r"^stranger: .*the text has 205 tokens\."):
        await peer.step((short, long))
    assert (await short.next()).shape == (263,)


async def test_a_long_text_ends_and_the_others_go_on(runtime: Any, models: dict[str, Any]) -> None:
    peers = await shared(runtime, models, "stranger", top=None)
    team = Team({"stranger": peers["stranger"]}, context=Context(sampling=Sampling(max_tokens=30)))
    questions = [Ask(text="?" * length) for length in (1, 110, 2)]
    said = await asyncio.gather(*(fusion.answer(team.at(f"q/{n}"), one) for n, one in enumerate(questions)))
    assert [len(answer.ids) for answer in said] == [30, 14, 30]


async def test_weights_that_are_not_numbers_are_named(runtime: Any, models: dict[str, Any]) -> None:
    broken = {name: tensor * float("nan") for name, tensor in models["blue"].parameters.items()}
    peers = await shared(runtime, {**models, "blue": models["blue"].with_parameters(broken, name="b")}, "amber", "blue")
    with pytest.raises(BadModel, match=r"^blue: its output is not a number\. Check its weights\."):
        await fusion.answer(Team(peers, context=CONTEXT), QUESTION)


async def test_vocabularies_are_compared_before_the_first_token(runtime: Any, models: dict[str, Any]) -> None:
    peers = await shared(runtime, models, "stranger")
    with pytest.raises(VocabularyMismatch, match=r"^stranger: its vocabulary is not amber's \(263 and 262 tokens\)\."):
        await fusion.answer(Team({"amber": models["amber"], **peers}, context=CONTEXT), QUESTION)


async def test_a_peer_that_means_something_else_by_now_is_refused(runtime: Any, models: dict[str, Any]) -> None:
    peer = (await shared(runtime, models, "amber"))["amber"]
    with pytest.raises(VocabularyMismatch, match=r"^amber: its vocabulary is another one by now\."):
        await peer.client.ask(ReadDistributions(fingerprint="other", passages=(), top=1), End)


@pytest.mark.parametrize("top", [0, 263, -1])
async def test_a_top_that_the_vocabulary_has_not_is_refused(models: dict[str, Any], top: int) -> None:
    with pytest.raises(BadModel, match=rf"^amber: the {top} likeliest of 262 tokens\. Use 1 to 262, or all\.$"):
        in_process("amber", models["amber"], top)


async def test_what_is_not_served_cannot_be_connected_to() -> None:
    runtime = LocalRuntime()
    runtime.start()
    with pytest.raises(SymposiaError, match=r"^amber: no agent named 'amber/0'\."):
        await connect(runtime, "amber")
    with pytest.raises(MissingCapability, match=r"^words: a Scripted does not show distributions and a tokenizer\."):
        await serve(runtime, "words", Scripted("a"))
    assert issubclass(UnknownName, SymposiaError)


# Texts do not leak, and are read together.


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


async def test_of_too_many_texts_the_oldest_is_closed(runtime: Any, models: dict[str, Any]) -> None:
    await serve(runtime, "amber", models["amber"], most=2)
    peer = await connect(runtime, "amber")
    one, two = await peer.open(TURNS), await peer.open(TURNS)
    await one.next()
    three = await peer.open(TURNS)
    await peer.step((one, three))
    with pytest.raises(
        SymposiaError, match=r"^amber: text 1: is not open here\. Of more than 2 the oldest is closed\."
    ):
        await two.next()


class Counted:
    """A real model's forward pass, and how many texts each one read."""

    def __init__(self, network: Any) -> None:
        self.sizes: list[int] = []
        self._forward = network._forward

    def __call__(self, rows: Sequence[Any]) -> Any:
        self.sizes.append(len(rows))
        return self._forward(rows)


@pytest.mark.parametrize("by", [fusion.answer, unite.answer])
async def test_texts_at_once_are_read_in_shared_forward_passes(
    by: Any, runtime: Any, models: dict[str, Any], tmp_path: Path
) -> None:
    model: Any = load(f"hf:{llama(tmp_path / 'm', max_position_embeddings=1024)}")
    network = model.engine._network
    network._forward = counted = Counted(network)
    await serve(runtime, "m", model)
    team = Team({"m": await connect(runtime, "m", top=64)}, context=CONTEXT)
    await asyncio.gather(*(by(team.at(f"q/{n}"), Ask(text="?" * 3)) for n in range(8)))
    # Eight texts of sixteen tokens: 128 readings.
    assert sum(counted.sizes) == 128
    assert len(counted.sizes) <= 40


async def test_texts_written_there_at_once_share_passes_too(models: dict[str, Any], tmp_path: Path) -> None:
    model: Any = load(f"hf:{llama(tmp_path / 'm', max_position_embeddings=1024)}")
    network = model.engine._network
    network._forward = counted = Counted(network)
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


# By URL.


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("peer:0/pocket:graphs", "'0' is no number of likeliest tokens. Use 1 or more, or all."),
        ("peer:few/pocket:graphs", "'few' is no number of likeliest tokens. Use 1 or more, or all."),
        ("peer:4", "no model after 4. Write peer:TOP/URL, as peer:16/pocket:graphs."),
        ("peer:4/api:openai/m", "api:openai/m shows no distributions. Use a model that does: pocket: or hf:."),
        ("peer:4/pocket:grafs", "pocket:grafs: no packaged model named 'grafs'. Did you mean 'graphs'? Known: "),
    ],
)
def test_a_url_that_names_no_peer_is_refused_by_its_look(url: str, message: str) -> None:
    with pytest.raises(SymposiaError) as raised:
        check(url, where="s.yaml: graphs")
    assert str(raised.value).startswith(f"s.yaml: graphs: {url}: {message}")


def test_a_model_behind_a_peer_is_looked_for_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert at("peer:8/hf:mine", tmp_path) == f"peer:8/hf:{tmp_path / 'mine'}"
    assert at("peer:8/pocket:graphs", tmp_path) == "peer:8/pocket:graphs"


def test_a_report_says_how_far_off_a_peer_was(tmp_path: Path) -> None:
    few = ("--limit", "2", "--set", "task.dev_limit=2", "--set", "baselines=false")
    assert symposia("run", "fusion_topk", *few, "--out", "run", folder=tmp_path).code == 0
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    names = ("arithmetic", "graphs", "lookup", "strings")
    for name, note in zip(names, report["notes"], strict=False):
        assert re.fullmatch(
            rf"{name}: \d+ of its distributions were rebuilt from its 32 likeliest tokens and the mass of the rest\. "
            r"They are off by \S+ on average and by \S+ at most \(total variation\)\.",
            note,
        )
    assert "0 model calls" in symposia("replay", "run", folder=tmp_path).out


async def test_a_url_names_a_model_behind_a_runtime() -> None:
    peer = load("peer:8/pocket:graphs")
    assert isinstance(peer, Peer)
    assert (peer.top, peer.name, capability("peer:8/pocket:graphs")) == (8, "peer:8/pocket:graphs", Stepper)
    whole = load("peer:all/pocket:graphs")
    here = load("pocket:graphs")
    said = [await fusion.answer(Team({"one": model}, context=CONTEXT), QUESTION) for model in (whole, here)]
    assert said[0] == said[1]
