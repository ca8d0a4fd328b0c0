"""Drafted tokens: the same text as without drafts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.accounting import Usage
from symposia.agents.context import Context
from symposia.agents.decoding.messages import Decoded
from symposia.agents.errors import BadModel, BadScenario, PromptTooLong, UnknownName
from symposia.agents.loading import load
from symposia.protocols.logit import contrast, fusion
from symposia.tests.support.markov import START, markov
from symposia.tests.support.said import says
from symposia.tests.support.tiny import beginning, llama

By = Callable[..., Awaitable[Answer]]
QUESTIONS = [Ask(text="?" * n) for n in (1, 30, 7, 2, 13, 58)]
WAYS: dict[str, By] = {
    "fusion": fusion.answer,
    "a mixture": partial(fusion.answer, of="probabilities", weights=(1.0, 2.0, 3.0)),
    "contrast": partial(contrast.answer, base="large", toward=("large",), away=("small",), strength=0.5),
    "contrast without a mask": partial(contrast.answer, plausible=0.0, strength=0.5),
}
GREEDY = Sampling(max_tokens=40)
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
    said = {event.question: event.message for event in team.context.trace.events if isinstance(event.message, Decoded)}
    return [said[f"test/{number}"] for number in range(len(questions))]  # type: ignore[misc]


def same(one: Decoded, other: Decoded) -> None:
    """Both say the same, and by the same: all but what it cost."""
    assert (one.answer.ids, one.answer.text, one.answer.finish) == (
        other.answer.ids,
        other.answer.text,
        other.answer.finish,
    )
    assert one.answer.logprobs == pytest.approx(other.answer.logprobs, abs=1e-4)
    assert one.divergence == pytest.approx(other.divergence, abs=1e-4)
    for name, given in one.peer_logprobs.items():
        assert given == pytest.approx(other.peer_logprobs[name], abs=1e-4)


@pytest.mark.parametrize("length", [1, 4, 9])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("method", WAYS)
async def test_a_sampled_text_is_that_of_the_plain_loop(
    models: dict[str, Any], method: str, seed: int, length: int
) -> None:
    plain = await written(Team(models, context=Context(seed=seed, sampling=SAMPLED)), WAYS[method], QUESTIONS)
    speculated = partial(WAYS[method], speculate=length)
    drafted = await written(Team(models, context=Context(seed=seed, sampling=SAMPLED)), speculated, QUESTIONS)
    for one, other in zip(drafted, plain, strict=True):
        same(one, other)
    assert sum(one.counts["accepted"] for one in drafted) > 0


@pytest.mark.parametrize("drafter", ["large", "other", "small"])
@pytest.mark.parametrize("method", ["fusion", "a mixture"])
async def test_a_greedy_text_is_that_of_the_plain_loop_whoever_drafts(
    models: dict[str, Any], method: str, drafter: str
) -> None:
    plain = await written(Team(models, context=Context(sampling=GREEDY)), WAYS[method], QUESTIONS)
    speculated = partial(WAYS[method], speculate=3, drafter=drafter)
    drafted = await written(Team(models, context=Context(sampling=GREEDY)), speculated, QUESTIONS)
    for one, other in zip(drafted, plain, strict=True):
        same(one, other)


async def test_texts_with_and_without_drafts_are_written_together(models: dict[str, Any]) -> None:
    lengths = (0, 5, 1, 0, 2, 30)
    plain = await written(Team(models, context=Context(sampling=SAMPLED)), fusion.answer, QUESTIONS)
    team = Team(models, context=Context(sampling=SAMPLED))
    places = [team.at(f"test/{number}") for number in range(len(QUESTIONS))]
    asked = zip(places, QUESTIONS, lengths, strict=True)
    said = await asyncio.gather(*(fusion.answer(at, question, speculate=length) for at, question, length in asked))
    assert [one.ids for one in said] == [one.answer.ids for one in plain]


@pytest.mark.parametrize("method", WAYS)
async def test_a_stop_string_ends_a_text_inside_a_draft(models: dict[str, Any], method: str) -> None:
    whole = await written(Team(models, context=Context(sampling=SAMPLED)), WAYS[method], QUESTIONS)
    stop = next(one.answer.text[3:5] for one in whole if len(one.answer.text) > 5)
    sampling = SAMPLED.model_copy(update={"stop": (stop,)})
    plain = await written(Team(models, context=Context(sampling=sampling)), WAYS[method], QUESTIONS)
    drafted = await written(
        Team(models, context=Context(sampling=sampling)), partial(WAYS[method], speculate=8), QUESTIONS
    )
    for one, other in zip(drafted, plain, strict=True):
        same(one, other)
    assert "stop_string" in {one.answer.finish for one in drafted}


@pytest.mark.parametrize("smallest", ["large", "small"])
async def test_the_smallest_context_ends_a_text_as_without_drafts(tmp_path: Path, smallest: str) -> None:
    contexts = {name: 72 if name == smallest else 256 for name in ("large", "small")}
    members = {
        name: load(f"hf:{llama(tmp_path / name, end=None, initializer_range=0.1, max_position_embeddings=context)}")
        for name, context in contexts.items()
    }
    sampling = SAMPLED.model_copy(update={"max_tokens": 100})
    plain = await written(Team(members, context=Context(sampling=sampling)), fusion.answer, QUESTIONS)
    drafted = await written(
        Team(members, context=Context(sampling=sampling)), partial(fusion.answer, speculate=6), QUESTIONS
    )
    for one, other in zip(drafted, plain, strict=True):
        same(one, other)
    # The template adds four tokens to a prompt, and the last token that fits is not read.
    assert [(len(one.answer.ids), one.answer.finish) for one in drafted] == [
        (72 - 4 - len(question.text), "length") for question in QUESTIONS
    ]


WORDS = ("It", " is", " a", " cat")


@pytest.fixture(scope="module")
def cat(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A model that says "It is a cat" and nothing else."""
    table = {START: {"It": 1.0}, "It": {" is": 1.0}, " is": {" a": 1.0}, " a": {" cat": 1.0}, " cat": {"<end>": 1.0}}
    return load(f"hf:{markov(tmp_path_factory.mktemp('cat'), table, WORDS)}")


@pytest.fixture(scope="module")
def dog(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A model that takes another turn after "is", and is not very sure of it."""
    table = {START: {"It": 1.0}, "It": {" is": 1.0}, " is": {" cat": 0.6, " a": 0.4}, " cat": {" cat": 1.0}}
    return load(f"hf:{markov(tmp_path_factory.mktemp('dog'), table, WORDS)}")


async def test_an_end_that_is_drafted_ends_the_text(cat: Any) -> None:
    team = Team({"one": cat, "two": cat})
    (said,) = await written(team, partial(fusion.answer, speculate=8), [Ask(text="?")])
    assert (said.answer.text, said.answer.finish) == ("It is a cat", "eos")
    # The end is not part of the draft: nothing follows it, so no one has to read it.
    assert said.counts == {"drafted": 4, "accepted": 4}
    assert said.answer.usage == Usage(prompt_tokens=2 * len(said.answer.prompt_ids), completion_tokens=2 * 5, calls=2)


class Watched:
    """A model that notes at how many positions its host is asked to read each session."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.batcher: list[list[int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    async def step(self, sessions: Sequence[Any], keep: Sequence[int] | None = None) -> torch.Tensor:
        self.batcher.append(list(keep or [1] * len(sessions)))
        return await self.model.step(sessions, keep)  # type: ignore[no-any-return]


async def test_a_draft_is_read_in_one_pass_and_paid_for_if_in_vain(cat: Any, dog: Any) -> None:
    team = Team({"cat": Watched(cat), "dog": Watched(dog)})
    (said,) = await written(team, partial(fusion.answer, speculate=3), [Ask(text="?")])
    assert said.answer.text == "It is a cat"
    # Three drafts: It is cat, of which a takes the place of cat; then two in vain, before cat and before the end.
    assert said.counts == {"drafted": 9, "accepted": 2}
    assert team.models["cat"].batcher == [[4], [4], [4]]
    assert team.models["dog"].batcher == [[1]] * 12
    assert said.answer.usage == Usage(prompt_tokens=2 * len(said.answer.prompt_ids), completion_tokens=24, calls=2)


class Alone:
    """A model that reads no batches: one session, one position at a time."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.vocabulary = model.vocabulary
        self.write, self.open, self.choose = model.write, model.open, model.choose
        self.encode, self.decode = model.encode, model.decode


async def test_a_model_without_batches_reads_a_draft_token_by_token(models: dict[str, Any]) -> None:
    members = {"large": Alone(models["large"]), "small": models["small"]}
    plain = await written(Team(members, context=Context(sampling=SAMPLED)), fusion.answer, QUESTIONS)
    drafted = await written(
        Team(members, context=Context(sampling=SAMPLED)), partial(fusion.answer, speculate=3), QUESTIONS
    )
    for one, other in zip(drafted, plain, strict=True):
        same(one, other)


async def test_a_text_that_fails_or_is_cancelled_leaves_the_others_alone(models: dict[str, Any]) -> None:
    team = Team(models, context=Context(sampling=Sampling(max_tokens=40)))
    by = partial(fusion.answer, speculate=4)
    alone = [await by(team.at(f"test/{n}"), question) for n, question in enumerate(QUESTIONS)]
    too_long = asyncio.create_task(by(team.at("long"), Ask(text="x" * 500)))
    cancelled = asyncio.create_task(by(team.at("cancelled"), QUESTIONS[0]))
    asyncio.get_running_loop().call_later(0.02, cancelled.cancel)
    together = await asyncio.gather(*(by(team.at(f"test/{n}"), question) for n, question in enumerate(QUESTIONS)))
    assert [one.ids for one in together] == [one.ids for one in alone]
    with pytest.raises(PromptTooLong):
        await too_long
    with pytest.raises(asyncio.CancelledError):
        await cancelled


@pytest.mark.parametrize("broken", ["large", "small"])
async def test_weights_that_are_not_numbers_are_named(models: dict[str, Any], broken: str) -> None:
    parameters = {name: tensor * float("nan") for name, tensor in models[broken].parameters.items()}
    members = {**models, broken: models[broken].with_parameters(parameters, name=broken)}
    with says(BadModel, f"{broken}: its output is not a number. Check its weights."):
        await fusion.answer(Team(members), QUESTIONS[0], speculate=4)


async def test_only_who_writes_can_draft(models: dict[str, Any]) -> None:
    team = Team(models)
    with says(BadScenario, "speculate: -1 tokens cannot be drafted. Use 0 for none, or some 2 to 8."):
        await fusion.answer(team, QUESTIONS[0], speculate=-1)
    with says(BadScenario, "drafter: small does not write. Those who do: large, other."):
        named = partial(contrast.answer, base="large", toward=("large",), away=("other",))
        await named(team, QUESTIONS[0], speculate=2, drafter="small")
    with pytest.raises(UnknownName, match="smal"):
        await fusion.answer(team, QUESTIONS[0], speculate=2, drafter="smal")
