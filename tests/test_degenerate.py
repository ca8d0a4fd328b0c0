"""Every way of writing together, where it must come to what one model writes alone, token for token."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Message, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding.heads import Head, Layer
from symposia.agents.loading import load
from symposia.protocols.api import cascade, co_llm, mentor_collab, nudging, prompt_routing, switch_generation
from symposia.protocols.logit import contrast, fusion, unite
from symposia.protocols.text import majority_vote
from symposia.tests.support.tiny import llama
from symposia.trainers.heads.judging import Judge

CONTEXT = Context(sampling=Sampling(max_tokens=24))
QUESTIONS = [Ask(text="What is 2 + 2?"), Ask(text="z"), Ask(text="sort k c a")]

By = Callable[[Team[Any], Ask], Awaitable[Answer]]


def head(bias: float, *weights: float) -> Head:
    """A linear head on 32 numbers, of which it reads the first ones."""
    return Head(layers=(Layer(weights=((*weights, *[0.0] * (32 - len(weights))),), biases=(bias,)),))


async def knowing(learned: Message, by: By, team: Team[Any], question: Ask) -> Answer:
    """The answer of a team that was prepared to know this."""
    return await by(team.with_learned(learned), question)


def deferring(bias: float, *weights: float, **options: Any) -> By:
    """Co-LLM with this head."""
    return partial(knowing, co_llm.Threshold(head=head(bias, *weights)), partial(co_llm.answer, **options))


def judging(bias: float, *weights: float) -> By:
    """MentorCollab with this head."""
    by = partial(mentor_collab.answer, judge="head", consult=1.0, patch=5)
    return partial(knowing, Judge(head=head(bias, *weights)), by)


# The members by the letters of their models (a, b, c; A has a's weights and another vocabulary), the protocol,
# and whose own text must come out.
CASES: dict[str, tuple[str, By, str]] = {
    "fusion of copies": ("aaa", fusion.answer, "a"),
    "a mixture of copies": ("bb", partial(fusion.answer, of="probabilities"), "b"),
    "fusion with all weight on one": ("ab", partial(fusion.answer, weights=(0.0, 1.0)), "b"),
    "speculating copies": ("aaa", partial(fusion.answer, speculate=4), "a"),
    "speculating alone": ("c", partial(fusion.answer, speculate=3), "c"),
    "speculating with all weight on one": ("ab", partial(fusion.answer, weights=(1.0, 0.0), speculate=5), "a"),
    "speculating with all weight on the drafter": ("ab", partial(fusion.answer, weights=(0.0, 1.0), speculate=30), "b"),
    "speculating copies in contrast": ("aaaa", partial(contrast.answer, k=2, strength=3.0, speculate=2), "a"),
    "contrast of strength 0": ("ab", partial(contrast.answer, strength=0.0), "a"),
    "contrast of copies": ("aaaa", partial(contrast.answer, k=2, strength=3.0), "a"),
    "contrast of copies without a mask": ("bb", partial(contrast.answer, plausible=0.0), "b"),
    "contrast that cancels out": ("abc", partial(contrast.answer, k=3, allow_overlap=True), "a"),
    "uniting copies": ("aaa", unite.answer, "a"),
    "uniting with no weight": ("aA", partial(unite.answer, weights=(1.0, 0.0)), "a"),
    "uniting with a lead that is always sure": ("aA", partial(unite.answer, sure=0.0), "a"),
    "uniting copies where it is safe": ("aaa", partial(unite.answer, gate="safe"), "a"),
    "uniting alone where it is safe": ("b", partial(unite.answer, gate="safe", draft=3), "b"),
    "uniting with no weight where it is safe": ("aA", partial(unite.answer, gate="safe", weights=(1.0, 0.0)), "a"),
    "uniting copies where it is safe, a token a draft": ("bb", partial(unite.answer, gate="safe", draft=1), "b"),
    "nudging oneself": ("aa", nudging.answer, "a"),
    "nudging oneself, never sure": ("aa", partial(nudging.answer, gamma=1.1), "a"),
    "nudging oneself, always sure": ("aa", partial(nudging.answer, gamma=0.0), "a"),
    "nudging a base that is never sure": ("ab", partial(nudging.answer, gamma=1.1), "b"),
    "nudging a base that is never sure, in other tokens": ("Ab", partial(nudging.answer, gamma=1.1), "b"),
    "a mentor who is never asked": ("ab", partial(mentor_collab.answer, consult=0.0), "a"),
    "a mentor who is oneself": ("aa", partial(mentor_collab.answer, consult=1.0), "a"),
    "taking turns with copies": ("aaa", partial(switch_generation.answer, patch=5), "a"),
    "taking turns alone, by another's choice": ("ab", partial(switch_generation.answer, selector="1-b", patch=3), "a"),
    "deferring at no threshold": ("ab", partial(co_llm.answer, threshold=1.0), "a"),
    "deferring always": ("ab", partial(co_llm.answer, threshold=0.0), "b"),
    "deferring to oneself": ("aa", partial(co_llm.answer, threshold=0.3), "a"),
    "composing with oneself": ("aa", partial(co_llm.answer, threshold=0.3, strategy="compose"), "a"),
    "a deferral head that never defers": ("ab", deferring(-1e9), "a"),
    "a deferral head that always defers": ("ab", deferring(1e9), "b"),
    "a deferral head between copies": ("aa", deferring(0.0, 1.0, -1.0), "a"),
    "a deferral head that composes copies": ("bb", deferring(0.0, 1.0, -1.0, strategy="compose"), "b"),
    "a judge's head that keeps every draft of its own": ("ab", judging(1e9), "a"),
    "a judge's head that keeps the mentor's drafts only": ("ab", judging(-1e9), "b"),
    "a judge's head among copies": ("aa", judging(0.0, 1.0, -1.0), "a"),
    "a cascade that keeps everything": ("ab", partial(cascade.answer, thresholds=(-1e9,)), "a"),
    "a cascade that keeps nothing": ("ab", partial(cascade.answer, thresholds=(1e9,)), "b"),
    "routing to the only one": ("a", prompt_routing.answer, "a"),
    "a vote of one": ("c", majority_vote.answer, "c"),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("models")
    words: dict[str, tuple[str, ...]] = {"a": (), "b": (), "c": (), "A": ("hello",)}
    seeds = {"a": 0, "b": 1, "c": 2, "A": 0}
    return {
        name: load(f"hf:{llama(folder / f'{number}', *words[name], seed=seeds[name], max_position_embeddings=2048)}")
        for number, name in enumerate(words)
    }


@pytest.mark.parametrize("case", CASES)
async def test_it_comes_to_what_one_model_writes_alone(models: dict[str, Any], case: str) -> None:
    members, by, alone = CASES[case]
    team = Team({f"{n}-{letter}": models[letter] for n, letter in enumerate(members)}, context=CONTEXT)
    for number, question in enumerate(QUESTIONS):
        expected = await models[alone].write(question.turns(), CONTEXT.sampling)
        said = await by(team.at(f"test/{number}"), question)
        assert (said.ids, said.text, said.finish) == (expected.ids, expected.text, expected.finish)


@pytest.mark.parametrize("case", CASES)
async def test_a_stop_string_ends_it_as_it_ends_one_model(models: dict[str, Any], case: str) -> None:
    members, by, alone = CASES[case]
    whole = (await models[alone].write(QUESTIONS[0].turns(), CONTEXT.sampling)).text
    sampling = Sampling(max_tokens=24, stop=(whole[2:4],))
    expected = await models[alone].write(QUESTIONS[0].turns(), sampling)
    team = Team(
        {f"{n}-{letter}": models[letter] for n, letter in enumerate(members)}, context=Context(sampling=sampling)
    )
    said = await by(team, QUESTIONS[0])
    assert (said.ids, said.text, said.finish) == (expected.ids, expected.text, expected.finish)


@pytest.fixture(scope="module")
def short(folder: Path) -> dict[str, Any]:
    """The same models, but for A, with a context of 128 tokens."""
    return dict(zip("abc", (load(f"hf:{folder / name}") for name in ("amber", "blue", "coral")), strict=True))


OF_ONE_PROMPT = [
    case for case, (members, _, _) in CASES.items() if "A" not in members and not {"turns", "only"} & set(case.split())
]


@pytest.mark.parametrize("case", OF_ONE_PROMPT)
async def test_the_context_ends_it_as_it_ends_one_model(short: dict[str, Any], case: str) -> None:
    members, by, alone = CASES[case]
    sampling = Sampling(max_tokens=500)
    expected = await short[alone].write(QUESTIONS[0].turns(), sampling)
    team = Team(
        {f"{n}-{letter}": short[letter] for n, letter in enumerate(members)}, context=Context(sampling=sampling)
    )
    said = await by(team, QUESTIONS[0])
    assert (said.ids, said.finish) == (expected.ids, expected.finish)
