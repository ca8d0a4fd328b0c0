"""logit/fusion: the mean of models, token by token."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.errors import BadScenario, PromptTooLong, VocabularyMismatch
from symposia.agents.loading import load
from symposia.protocols.logit import fusion
from symposia.tests.support.tiny import llama

QUESTION = Ask(text="What is 2 + 2?")
QUESTIONS = [Ask(text="?" * n) for n in range(1, 17)]
CONTEXT = Context(sampling=Sampling(max_tokens=24))


async def each(team: Team[Any], questions: list[Ask], concurrency: int) -> list[Answer]:
    free = asyncio.Semaphore(concurrency)

    async def one(number: int, question: Ask) -> Answer:
        async with free:
            return await fusion.answer(team.at(f"test/{number}"), question)

    return await asyncio.gather(*(one(number, question) for number, question in enumerate(questions)))


@pytest.mark.parametrize("copies", [1, 2, 5])
async def test_copies_of_a_model_write_what_it_writes_greedily(models: dict[str, Any], copies: int) -> None:
    alone = await models["amber"].write(QUESTION.turns(), CONTEXT.sampling)
    team = Team({f"copy-{n}": models["amber"] for n in range(copies)}, context=CONTEXT)
    together = await fusion.answer(team, QUESTION)
    assert (together.ids, together.text, together.finish) == (alone.ids, alone.text, alone.finish)
    assert together.logprobs == pytest.approx(alone.logprobs, abs=1e-4)


async def test_a_mixture_of_copies_is_the_model_too(models: dict[str, Any]) -> None:
    alone = await models["blue"].write(QUESTION.turns(), CONTEXT.sampling)
    team = Team({"one": models["blue"], "two": models["blue"]}, context=CONTEXT)
    assert (await fusion.answer(team, QUESTION, of="probabilities")).ids == alone.ids


async def test_a_weight_of_zero_leaves_a_model_out(models: dict[str, Any]) -> None:
    alone = await models["coral"].write(QUESTION.turns(), CONTEXT.sampling)
    team = Team({"amber": models["amber"], "coral": models["coral"]}, context=CONTEXT)
    assert (await fusion.answer(team, QUESTION, weights=(0.0, 1.0))).ids == alone.ids


async def test_the_order_of_models_does_not_matter(models: dict[str, Any]) -> None:
    forth = await fusion.answer(Team(models, context=CONTEXT), QUESTION)
    back = await fusion.answer(Team(dict(reversed(models.items())), context=CONTEXT), QUESTION)
    assert forth.ids == back.ids


async def test_questions_asked_together_are_answered_as_alone(models: dict[str, Any]) -> None:
    team = Team(models, context=CONTEXT)
    one_by_one = await each(team, QUESTIONS, concurrency=1)
    at_once = await each(team, QUESTIONS, concurrency=32)
    assert [answer.ids for answer in at_once] == [answer.ids for answer in one_by_one]


async def test_a_question_that_joins_while_others_are_read_is_answered_as_alone(models: dict[str, Any]) -> None:
    team = Team(models, context=CONTEXT)

    async def late(number: int, question: Ask) -> Answer:
        await asyncio.sleep(0.002 * number)
        return await fusion.answer(team.at(f"test/{number}"), question)

    joining = await asyncio.gather(*(late(number, question) for number, question in enumerate(QUESTIONS)))
    one_by_one = await each(team, QUESTIONS, concurrency=1)
    assert [answer.ids for answer in joining] == [answer.ids for answer in one_by_one]


async def test_sampled_fusion_depends_on_the_seed_alone(models: dict[str, Any]) -> None:
    sampled = Sampling(max_tokens=24, temperature=1.0, top_p=0.9)
    first = await each(Team(models, context=Context(seed=1, sampling=sampled)), QUESTIONS, concurrency=1)
    again = await each(Team(models, context=Context(seed=1, sampling=sampled)), QUESTIONS, concurrency=32)
    other = await each(Team(models, context=Context(seed=2, sampling=sampled)), QUESTIONS, concurrency=32)
    assert [answer.ids for answer in first] == [answer.ids for answer in again]
    assert [answer.ids for answer in first] != [answer.ids for answer in other]


async def test_the_trace_says_what_each_model_gave_each_token(models: dict[str, Any]) -> None:
    team = Team({"amber": models["amber"], "blue": models["blue"]}, context=Context(sampling=CONTEXT.sampling))
    said = await fusion.answer(team, QUESTION)
    decoded = team.context.trace.events[-1].message
    assert {name: len(given) for name, given in decoded.peer_logprobs.items()} == {
        "amber": len(said.ids),
        "blue": len(said.ids),
    }  # type: ignore[attr-defined]


async def test_a_stop_string_ends_a_fused_text(models: dict[str, Any]) -> None:
    team = Team({"one": models["amber"], "two": models["amber"]}, context=CONTEXT)
    whole = (await fusion.answer(team, QUESTION)).text
    stop = whole[2:4]
    cut = await fusion.answer(
        Team(team.models, context=Context(sampling=Sampling(max_tokens=24, stop=(stop,)))), QUESTION
    )
    assert (cut.text, cut.finish) == (whole[: whole.index(stop)], "stop_string")


async def test_the_context_of_the_models_ends_a_fused_text(models: dict[str, Any]) -> None:
    team = Team({"one": models["amber"], "two": models["amber"]}, context=Context(sampling=Sampling(max_tokens=500)))
    alone = await models["amber"].write(QUESTION.turns(), Sampling(max_tokens=500))
    said = await fusion.answer(team, QUESTION)
    assert (said.finish, len(said.ids)) == (alone.finish, len(alone.ids))


async def test_a_prompt_that_is_too_long_is_refused(models: dict[str, Any]) -> None:
    with pytest.raises(PromptTooLong, match=r"the prompt has \d+ tokens\. The context holds 128 with at least one new"):
        await fusion.answer(Team(models, context=CONTEXT), Ask(text="x" * 500))


async def test_different_vocabularies_are_refused_before_the_first_token(
    models: dict[str, Any], tmp_path: Path
) -> None:
    stranger = load(f"hf:{llama(tmp_path / 'stranger', 'hello')}")
    with pytest.raises(VocabularyMismatch) as raised:
        await fusion.answer(Team({"amber": models["amber"], "stranger": stranger}, context=CONTEXT), QUESTION)
    assert str(raised.value) == (
        "stranger: its vocabulary is not amber's (263 and 262 tokens). Combine models of one tokenizer."
    )


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ((1.0,), "logit/fusion.weights: 1 for 3 models. Give one a model."),
        (
            (1.0, -1.0, 0.0),
            "logit/fusion.weights: (1.0, -1.0, 0.0) have no mean. "
            "Their sum may not be zero, nor one negative in a mixture.",
        ),
    ],
)
async def test_weights_have_to_fit(models: dict[str, Any], weights: tuple[float, ...], message: str) -> None:
    with pytest.raises(BadScenario) as raised:
        await fusion.answer(Team(models, context=CONTEXT), QUESTION, weights=weights)
    assert str(raised.value) == message
