"""The decoding loop: many texts at once, failures, cancellation, replay."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding.combine import Combine
from symposia.agents.decoding.decoder import decode
from symposia.agents.decoding.lockstep import accepted_ranges
from symposia.agents.errors import BadModel, BadScenario, PromptTooLong, VocabularyMismatch
from symposia.agents.loading import load
from symposia.agents.replay import Memory
from symposia.protocols.api import co_llm, mentor_collab, nudging, switch_generation
from symposia.protocols.logit import contrast, fusion, unite
from symposia.tests.support.doubles import KnownScores
from symposia.tests.support.markov import START, WORDS, markov
from symposia.tests.support.tiny import llama
from symposia.tests.support.traces import decoded

QUESTION = Ask(text="q")


async def test_each_model_reads_each_token_once(nudged: dict[str, Any]) -> None:
    team = Team({"base": nudged["base"], "nudger": nudged["nudger"]})
    said = await nudging.answer(team, QUESTION, gamma=0.4)
    prompt = len(said.prompt_ids)
    # The base is asked at "," " It" " is" " a" " cat"; the nudger at the start, "Sure" "," " It" " is" " a".
    assert (said.usage.completion_tokens, said.usage.calls) == (5 + 6, 2)
    assert said.usage.prompt_tokens == 2 * prompt + 2 + 0  # the base caught up on "Sure,"


async def test_what_is_searched_on_dev_needs_a_dev_split(nudged: dict[str, Any]) -> None:
    team = Team(nudged)
    for prepared in (
        nudging.prepare(team, None, search_nudger=True),
        co_llm.prepare(team, None, search_threshold=(0.1, 0.9)),
        fusion.prepare(team, None, weights="optimized"),
    ):
        with pytest.raises(BadScenario, match="on dev, and there is none"):
            await prepared
    assert (await fusion.prepare(team, None)).learned is None


async def test_the_trace_says_how_far_apart_the_models_were(tmp_path: Path) -> None:
    one = load(f"hf:{markov(tmp_path / 'one', {START: {' a': 1.0}, ' a': {'<end>': 1.0}}, WORDS)}")
    two = load(f"hf:{markov(tmp_path / 'two', {START: {' b': 1.0, ' a': 0.5}, ' a': {'<end>': 1.0}}, WORDS)}")
    team = Team({"one": one, "two": two})
    await fusion.answer(team, QUESTION)
    # [1, 0] and [1/3, 2/3] around [2/3, 1/3]; then the same distribution twice.
    assert decoded(team).divergence == pytest.approx((0.3183, 0.0), abs=1e-3)


async def test_models_of_two_vocabularies_cannot_defer_token_by_token(tmp_path: Path) -> None:
    models = {"g": load(f"hf:{llama(tmp_path / 'g')}"), "m": load(f"hf:{llama(tmp_path / 'm', 'hello')}")}
    with pytest.raises(VocabularyMismatch):
        await co_llm.answer(Team(models), QUESTION)


async def test_questions_asked_together_are_answered_as_alone(tmp_path: Path) -> None:
    folders = {name: llama(tmp_path / name, seed=seed, max_position_embeddings=2048) for seed, name in enumerate("gm")}
    models = {name: load(f"hf:{folder}") for name, folder in folders.items()}
    team = Team(models, context=Context(sampling=Sampling(max_tokens=24, temperature=1.0)))
    questions = [Ask(text="?" * n) for n in range(1, 9)]
    ways = {
        "nudging": lambda at, one: nudging.answer(at, one, gamma=0.2),
        "mentor": lambda at, one: mentor_collab.answer(at, one, consult=0.5, patch=4),
        "contrast": lambda at, one: contrast.answer(at, one),
    }
    for name, method in ways.items():
        alone: list[Answer] = [await method(team.at(f"{name}/{n}"), one) for n, one in enumerate(questions)]
        places = [team.at(f"{name}/{n}") for n in range(len(questions))]
        together = await asyncio.gather(*(method(at, one) for at, one in zip(places, questions, strict=True)))
        assert [answer.ids for answer in together] == [answer.ids for answer in alone]


async def test_a_fused_text_that_fails_or_fills_its_context_leaves_the_others_alone(tmp_path: Path) -> None:
    models = {name: load(f"hf:{llama(tmp_path / name, seed=seed)}") for seed, name in enumerate("gm")}
    team = Team(models, context=Context(sampling=Sampling(max_tokens=60)))
    questions = [Ask(text="?" * n) for n in (1, 80, 500, 2, 90)]
    alone = [await ended(team.at(f"test/{n}"), one) for n, one in enumerate(questions)]
    places = [team.at(f"test/{n}") for n in range(len(questions))]
    together = await asyncio.gather(*(ended(at, one) for at, one in zip(places, questions, strict=True)))
    assert together == alone
    assert [finish for finish, _ in alone] == ["length", "length", "PromptTooLong", "length", "length"]
    assert [len(ids) for _, ids in alone] == [60, 44, 0, 60, 34]


async def ended(team: Team[Any], question: Ask) -> tuple[str, tuple[int, ...]]:
    """How a fused text ended, and its tokens."""
    try:
        said = await fusion.answer(team, question)
    except PromptTooLong:
        return "PromptTooLong", ()
    return said.finish, said.ids


async def test_a_k_that_a_vocabulary_has_not_is_refused(nudged: dict[str, Any]) -> None:
    team = Team({"base": nudged["base"], "stranger": nudged["stranger"]})
    with pytest.raises(BadScenario, match=r"^logit/unite\.k: 272 likeliest of base's 271 tokens\. Use no more than"):
        await unite.answer(team, QUESTION, k=272)


async def test_vocabularies_are_compared_before_dev_is_asked(nudged: dict[str, Any]) -> None:
    class Untouched(KnownScores):
        async def rank(self, team: Team[Any]) -> list[str]:
            raise AssertionError("dev was asked")

    team = Team(nudged)
    for prepared in (
        contrast.prepare(team, Untouched({})),
        fusion.prepare(team, Untouched({}), weights="optimized"),
    ):
        with pytest.raises(VocabularyMismatch, match=r"^stranger: its vocabulary is not base's"):
            await prepared


async def test_weights_that_are_not_numbers_are_named(nudged: dict[str, Any]) -> None:
    parameters = {name: tensor * float("nan") for name, tensor in nudged["nudger"].parameters.items()}
    broken = nudged["nudger"].with_parameters(parameters, name="broken")
    for answer in (
        fusion.answer,
        contrast.answer,
        unite.answer,
        partial(unite.answer, gate="safe"),
        nudging.answer,
        partial(co_llm.answer, threshold=0.0),
        partial(mentor_collab.answer, consult=1.0),
        partial(switch_generation.answer, selector="broken", writers=("base", "broken")),
    ):
        with pytest.raises(BadModel, match=r"^broken: its output is not a number\. Check its weights\."):
            await answer(Team({"base": nudged["base"], "broken": broken}), QUESTION)


class Broken(Combine):
    """A combination that cannot be computed."""

    def __call__(self, logits: torch.Tensor) -> torch.Tensor:
        """Fail."""
        raise ZeroDivisionError("no mean of nothing")


async def test_what_a_combination_raises_is_raised(nudged: dict[str, Any]) -> None:
    team = Team({"base": nudged["base"], "nudger": nudged["nudger"]})
    with pytest.raises(Exception, match="no mean of nothing"):
        await asyncio.wait_for(decode(team, QUESTION, Broken()), timeout=5)


async def test_a_cancelled_text_leaves_the_others_alone(nudged: dict[str, Any]) -> None:
    team = Team({"base": nudged["base"], "nudger": nudged["nudger"]}, context=Context(sampling=Sampling(max_tokens=40)))
    alone = await fusion.answer(team.at("test/1"), QUESTION)
    tasks = [asyncio.create_task(fusion.answer(team.at(f"test/{n}"), QUESTION)) for n in range(2)]
    await asyncio.sleep(0.01)
    tasks[0].cancel()
    assert (await asyncio.wait_for(tasks[1], timeout=5)).ids == alone.ids
    assert tasks[0].cancelled()


async def test_a_replay_asks_no_model(nudged: dict[str, Any]) -> None:
    team = Team({"base": nudged["base"], "nudger": nudged["nudger"]})
    said = await nudging.answer(team, QUESTION)
    again = Team(
        {"base": object(), "nudger": object()}, context=Context(memory=Memory(team.context.trace.events, "replay"))
    )
    assert await nudging.answer(again, QUESTION) == said


@pytest.mark.parametrize(
    ("drafts", "tokens", "accepted"),
    [
        ([[]], [7], [range(1)]),
        ([[1, 2]], [1, 2, 3], [range(3)]),
        ([[1, 2]], [1, 9, 3], [range(2)]),
        ([[1, 2], [], [5]], [8, 0, 0, 4, 5, 6], [range(1), range(3, 4), range(4, 6)]),
    ],
)
def test_a_text_keeps_its_accepted_draft_tokens_and_the_first_after_them(
    drafts: list[list[int]], tokens: list[int], accepted: list[range]
) -> None:
    assert accepted_ranges(drafts, tokens) == accepted


async def test_models_and_texts_in_step_are_read_once_a_round(models: dict[str, Any]) -> None:
    team = Team({"amber": models["amber"], "blue": models["blue"]}, context=Context(sampling=Sampling(max_tokens=4)))
    alone = [await fusion.answer(team.at(f"alone/{n}"), Ask(text="?" * n)) for n in (1, 5)]
    together = await asyncio.gather(*(fusion.answer(team.at(f"both/{n}"), Ask(text="?" * n)) for n in (1, 5)))
    assert [one.ids for one in together] == [one.ids for one in alone]
    assert [one.usage for one in together] == [one.usage for one in alone]
