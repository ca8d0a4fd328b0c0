"""What goes wrong between a peer and its model."""

import asyncio
from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.errors import BadModel, MissingCapability, PromptTooLong, SymposiaError, VocabularyMismatch
from symposia.agents.models.scripted import Scripted
from symposia.agents.peers.in_process import in_process
from symposia.agents.peers.messages import End, ReadDistributions
from symposia.agents.peers.peer import connect
from symposia.agents.peers.serving import serve
from symposia.agents.runtime.errors import UnknownName
from symposia.agents.runtime.local import LocalRuntime
from symposia.agents.turn import Turn
from symposia.protocols.logit import fusion
from symposia.tests.support.peers import CONTEXT, QUESTION, TURNS, shared


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
