"""Ways of writing together: the numbers they should come to, on formulas and on real models with known tables."""

import asyncio
import math
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Answer, Ask, Sampling, Stepper, Team
from symposia.agents.context import Context
from symposia.agents.decoding.combine import Combine
from symposia.agents.decoding.decoder import decode
from symposia.agents.decoding.messages import Decoded
from symposia.agents.errors import BadModel, BadScenario, PromptTooLong, UnknownName, VocabularyMismatch
from symposia.agents.load import load
from symposia.agents.models.absent import Absent
from symposia.agents.objective import Graded
from symposia.agents.replay import Memory
from symposia.protocols.api import co_llm, mentor_collab, nudging, switch_generation
from symposia.protocols.api.co_llm import Defer, mixed
from symposia.protocols.logit import contrast, fusion, unite
from symposia.protocols.logit.contrast import Contrast, Ranking
from symposia.trainers.search.simplex import best_weights, moved

from .markov import START, markov
from .tiny import llama

QUESTION = Ask(text="q")
WORDS = ("Sure", ",", " the", " It", " is", " a", " b", " cat", " mat", " x")


class Dev:
    """A dev split that knows the scores of models by name."""

    def __init__(self, scores: dict[str, float]) -> None:
        self.scores = scores

    async def __call__(self, team: Team[Any]) -> float:
        return self.scores[team.names[0]]

    async def rank(self, team: Team[Any]) -> list[str]:
        return sorted(team, key=lambda name: -self.scores[name])

    async def graded(self, team: Team[Any]) -> list[Graded]:
        return []


def decoded(team: Team[Any]) -> Decoded:
    """The last text that was written together."""
    message = team.context.trace.events[-1].message
    assert isinstance(message, Decoded)
    return message


# Contrast.


def contrasted(**options: Any) -> list[float]:
    method = Contrast(base="best", toward=("best",), away=("worst",), **options)
    return method(torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]])).tolist()


def test_contrast_adds_what_the_best_says_and_takes_what_the_worst_says() -> None:
    assert contrasted(strength=0.2, plausible=0.0) == pytest.approx([2.4, -0.2, 0.0])


def test_tokens_that_the_base_finds_implausible_are_out() -> None:
    # p_base = [.787, .107, .107]: the others have .135 of the largest.
    assert contrasted(plausible=0.1) == pytest.approx([2.4, -0.2, 0.0])
    assert contrasted(plausible=0.2) == pytest.approx([2.4, -float("inf"), -float("inf")])


def test_models_that_cancel_out_are_not_run() -> None:
    method = Contrast(base="a", toward=("a", "b"), away=("b", "c"), strength=0.5)
    assert method.coefficients == {"a": 1.5, "c": -0.5}
    assert method.peers(("a", "b", "c")) == ("a", "c")


async def test_the_dev_ranking_decides_who_is_best_and_worst() -> None:
    dev = Dev({"a": 0.4, "b": 0.7, "c": 0.7, "d": 0.1})
    models: dict[str, Any] = dict.fromkeys("abcd", Absent("a"))
    ranking = (await contrast.prepare(Team(models), dev)).learned_as(Ranking)
    assert ranking == Ranking(names=("b", "c", "a", "d"), scores=(0.7, 0.7, 0.4, 0.1))


@pytest.mark.parametrize(("k", "most"), [(0, 2), (3, 2)])
async def test_a_k_whose_ends_overlap_is_refused(k: int, most: int) -> None:
    models: dict[str, Any] = dict.fromkeys("abcd", object())
    with pytest.raises(BadScenario) as raised:
        await contrast.answer(Team(models), QUESTION, k=k)
    assert str(raised.value) == (
        f"logit/contrast.k: {k} best and {k} worst of 4 models. "
        f"Use a k from 1 to {most}, or allow_overlap: true; models in both cancel out."
    )


async def test_contrast_without_dev_needs_names() -> None:
    models: dict[str, Any] = dict.fromkeys("ab", Absent("a"))
    with pytest.raises(BadScenario, match=r"Name base, toward and away\.$"):
        await contrast.prepare(Team(models), None)
    assert (await contrast.prepare(Team(models), None, base="a", toward=("a",), away=("b",))).learned is None
    with pytest.raises(UnknownName):
        await contrast.answer(Team(models), QUESTION, base="a", toward=("z",), away=("b",))


# Nudging.


@pytest.fixture(scope="module")
def nudged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stepper]:
    folder = tmp_path_factory.mktemp("nudging")
    nudger = {
        START: {"Sure": 0.6, " x": 0.4},
        "Sure": {",": 0.9, " x": 0.1},
        ",": {" the": 1.0},
        " It": {" is": 1.0},
        " is": {" a": 1.0},
        " a": {" b": 1.0},
    }
    base = {
        START: {" x": 0.9, "Sure": 0.1},
        "Sure": {" x": 0.9, " It": 0.1},
        ",": {" It": 0.9, " x": 0.1},
        " It": {" cat": 0.3, " mat": 0.25, " x": 0.25, " b": 0.2},
        " is": {" cat": 0.2, " mat": 0.2, " x": 0.2, " b": 0.2, " the": 0.2},
        " a": {" cat": 0.5, " mat": 0.3, " x": 0.2},
        " cat": {"<end>": 0.9, " x": 0.1},
    }
    more = (" dog", *reversed(WORDS))
    return {
        "base": load(f"hf:{markov(folder / 'base', base, WORDS)}"),
        "nudger": load(f"hf:{markov(folder / 'nudger', nudger, WORDS)}"),
        "stranger": load(f"hf:{markov(folder / 'stranger', nudger, more)}"),
    }


@pytest.mark.parametrize("nudger", ["nudger", "stranger"])
async def test_a_nudge_is_a_word_and_the_base_goes_on_where_it_is_sure(nudged: dict[str, Any], nudger: str) -> None:
    team = Team({"base": nudged["base"], nudger: nudged[nudger]})
    said = await nudging.answer(team, QUESTION, gamma=0.4)
    assert (said.text, said.finish) == ("Sure, It is a cat", "eos")
    assert [(span.by, span.tokens, span.text) for span in decoded(team).spans] == [
        (nudger, 2, "Sure,"),
        ("base", 1, " It"),
        (nudger, 2, " is a"),
        ("base", 2, " cat"),
    ]


async def test_each_model_reads_each_token_once(nudged: dict[str, Any]) -> None:
    team = Team({"base": nudged["base"], "nudger": nudged["nudger"]})
    said = await nudging.answer(team, QUESTION, gamma=0.4)
    prompt = len(said.prompt_ids)
    # The base is asked at "," " It" " is" " a" " cat"; the nudger at the start, "Sure" "," " It" " is" " a".
    assert (said.usage.completion_tokens, said.usage.calls) == (5 + 6, 2)
    assert said.usage.prompt_tokens == 2 * prompt + 2 + 0  # the base caught up on "Sure,"


async def test_gamma_is_searched_on_dev(nudged: dict[str, Any]) -> None:
    scores = iter((0.2, 0.5, 0.5))

    class Rising(Dev):
        async def __call__(self, team: Team[Any]) -> float:
            return next(scores)

    team = Team({"base": nudged["base"], "nudger": nudged["nudger"]})
    found = (await nudging.prepare(team, Rising({}), search_gamma=(0.2, 0.3, 0.4))).learned_as(nudging.Setting)
    assert found == nudging.Setting(gamma=0.3, nudger="nudger", scores=(0.2, 0.5, 0.5))


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


class Writes:
    """A dev split that has the team write, and scores a text by whether it is this one."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted

    async def __call__(self, team: Team[Any]) -> float:
        return float((await team.at("dev/0").ask(team.names[0], QUESTION)).text == self.wanted)

    async def rank(self, team: Team[Any]) -> list[str]:
        return list(team)

    async def graded(self, team: Team[Any]) -> list[Graded]:
        return []


async def test_a_threshold_and_weights_are_searched_on_dev(tmp_path: Path) -> None:
    ends = {" a": {"<end>": 1.0}, " b": {"<end>": 1.0}}
    own = markov(tmp_path / "g", {START: {" a": 0.6, " b": 0.4}, **ends}, WORDS)
    other = markov(tmp_path / "m", {START: {" b": 0.55, " a": 0.45}, **ends}, WORDS)
    team = Team({"g": load(f"hf:{own}"), "m": load(f"hf:{other}")})
    # The generator defers with 1 - .6.
    by_threshold = await co_llm.prepare(team, Writes(" b"), search_threshold=(0.9, 0.5, 0.3, 0.1))
    found_threshold = co_llm.Threshold(value=0.3, scores=(0.0, 0.0, 1.0, 1.0), tried=(0.9, 0.5, 0.3, 0.1))
    assert by_threshold.learned_as(co_llm.Threshold) == found_threshold
    assert (await co_llm.answer(by_threshold.at("test/0"), QUESTION)).text == " b"
    by_weights = await fusion.prepare(team, Writes(" b"), weights="optimized")
    found = by_weights.learned_as(fusion.Found)
    # Equal weights write " a".
    assert found is not None
    assert (found.weights, found.score) == ((0.0, 1.0), 1.0)
    assert (await fusion.answer(by_weights.at("test/0"), QUESTION, weights="optimized")).text == " b"


# MentorCollab.


@pytest.fixture(scope="module")
def mentored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stepper]:
    folder = tmp_path_factory.mktemp("mentor")
    sure = {" It": {" is": 1.0}, " is": {" a": 1.0}, " a": {" cat": 1.0}, " cat": {"<end>": 1.0}}
    return {
        "says B": load(f"hf:{markov(folder / 'g', {**sure, START: {' It': 1.0}, '(': {'B': 0.9, 'A': 0.1}}, WORDS)}"),
        "constant": load(f"hf:{markov(folder / 'm', {START: {' mat': 1.0}, ' mat': {' mat': 1.0}}, WORDS)}"),
    }


async def test_a_judge_that_says_b_follows_the_mentor(mentored: dict[str, Any]) -> None:
    team = Team({"g": mentored["says B"], "m": mentored["constant"]}, context=Context(sampling=Sampling(max_tokens=8)))
    said = await mentor_collab.answer(team, QUESTION, consult=1.0, patch=4, orders=1)
    assert said.text == " mat" * 8
    assert decoded(team).counts == {"words": 2, "consulted": 2, "differed": 2, "followed": 2}


async def test_a_judge_that_goes_by_position_keeps_its_own_in_both_orders(mentored: dict[str, Any]) -> None:
    team = Team({"g": mentored["says B"], "m": mentored["constant"]}, context=Context(sampling=Sampling(max_tokens=8)))
    said = await mentor_collab.answer(team, QUESTION, consult=1.0, patch=4, orders=2)
    assert (said.text, said.finish) == (" It is a cat", "eos")


async def test_a_mentor_is_asked_as_often_as_it_should_be(mentored: dict[str, Any]) -> None:
    team = Team(
        {"g": mentored["constant"], "m": mentored["constant"]}, context=Context(sampling=Sampling(max_tokens=50))
    )
    places = [team.at(f"test/{number}") for number in range(40)]
    await asyncio.gather(*(mentor_collab.answer(place, QUESTION, consult=0.25) for place in places))
    written = [event.message for event in team.context.trace.events]
    counts = [message.counts for message in written if isinstance(message, Decoded)]
    words, consulted = (sum(count.get(what, 0) for count in counts) for what in ("words", "consulted"))
    assert words == 2000
    assert abs(consulted - 500) < 3 * (2000 * 0.25 * 0.75) ** 0.5


@pytest.mark.parametrize("consult", [25.0, -0.1])
async def test_consult_is_a_probability(mentored: dict[str, Any], consult: float) -> None:
    with pytest.raises(BadScenario, match=r"is no probability\. Use 0 to 1, 0\.25 for 25 percent\."):
        await mentor_collab.answer(Team({"g": mentored["constant"]}), QUESTION, consult=consult)


# Switch generation.


async def test_the_selector_names_the_writer_of_each_patch(tmp_path: Path) -> None:
    cat = markov(tmp_path / "cat", {START: {" cat": 1.0}, " cat": {" cat": 1.0}, " mat": {" cat": 1.0}}, WORDS)
    mat = markov(tmp_path / "mat", {START: {" mat": 1.0}, " cat": {" mat": 1.0}, " mat": {"<end>": 1.0}}, WORDS)
    judge = markov(tmp_path / "judge", {START: {"1": 0.8, "0": 0.2}}, WORDS)
    models = {name: load(f"hf:{folder}") for name, folder in (("judge", judge), ("cat", cat), ("mat", mat))}
    team = Team(models, context=Context(sampling=Sampling(max_tokens=8)))
    said = await switch_generation.answer(team, QUESTION, selector="judge", patch=1)
    assert (said.text, said.finish) == (" mat", "eos")
    assert [(span.by, span.tokens) for span in decoded(team).spans] == [("mat", 2)]
    said = await switch_generation.answer(team.at("two"), QUESTION, selector="judge", writers=("mat", "cat"), patch=3)
    assert (said.text, said.finish) == (" cat" * 8, "length")


# Co-LLM.


@pytest.mark.parametrize(
    ("schedule", "expected"), [("none", [0.5, 0.5, 0.5]), ("linear", [1.0, 0.75, 0.5]), ("cosine", [1.0, 0.75, 0.5])]
)
def test_the_threshold_falls_to_its_end(schedule: Any, expected: list[float]) -> None:
    method = Defer(generator="g", mentor="m", threshold=0.5, schedule=schedule, warmup=4)
    assert [method.eta(step) for step in (0, 2, 4)] == pytest.approx(expected)


def test_composing_mixes_probabilities() -> None:
    own, other = torch.tensor([0.2, 0.8]).log(), torch.tensor([0.6, 0.4]).log()
    assert mixed(own, other, 0.25).exp().tolist() == pytest.approx([0.3, 0.7])


async def test_a_deferral_token_says_when_the_mentor_writes(tmp_path: Path) -> None:
    words = (*WORDS, "<defer>")
    # As logits: log 3 at " It", which is pi = .75; log 1/4 at the start, which is pi = .2.
    own = {START: {" It": 1.0, "<defer>": 0.25}, " It": {" a": 1.0, "<defer>": 3.0}, " is": {"<end>": 1.0}}
    generator = load(f"hf:{markov(tmp_path / 'g', own, words)}")
    mentor = load(f"hf:{markov(tmp_path / 'm', {' It': {' is': 1.0}}, words)}")
    team = Team({"g": generator, "m": mentor})
    said = await co_llm.answer(team, QUESTION, head="<defer>", threshold=0.5)
    assert (said.text, said.finish) == (" It is", "eos")
    assert decoded(team).counts == {"deferred": 1}
    strict = team.at("strict")
    assert (await co_llm.answer(strict, QUESTION, head="<defer>", threshold=0.8)).text.startswith(" It a")
    with pytest.raises(BadScenario, match=r"api/co_llm.head: 'defer' is 5 tokens of g\. Use one that is one token\."):
        await co_llm.answer(team.at("no"), QUESTION, head="defer")


# Unite.


@pytest.mark.parametrize(("weights", "first", "probability"), [(None, " mat", 0.4692), ((2.0, 1.0), " cat", 0.4769)])
async def test_models_of_two_vocabularies_unite(
    tmp_path: Path, weights: tuple[float, ...] | None, first: str, probability: float
) -> None:
    one = markov(tmp_path / "one", {START: {" cat": 0.6, " mat": 0.4}, " cat": {"<end>": 1.0}}, (" cat", " mat"))
    # Here " cat" counts as its first token, the space: q = [.3, .7, .3] / 1.3 for " cat", " mat" and " ".
    two = markov(tmp_path / "two", {START: {" mat": 0.7, " ": 0.3}, " mat": {"<end>": 1.0}}, (" mat",))
    team = Team({"one": load(f"hf:{one}"), "two": load(f"hf:{two}")}, context=Context(sampling=Sampling(max_tokens=1)))
    said = await unite.answer(team, QUESTION, k=2, weights=weights)
    assert said.text == first
    assert math.exp(said.logprobs[0]) == pytest.approx(probability, abs=1e-3)
    assert decoded(team).counts == {"united": 1}


# Weights that are searched.


async def test_a_search_finds_the_top_of_a_hill() -> None:
    async def score(weights: tuple[float, ...]) -> float:
        return -sum((weight - best) ** 2 for weight, best in zip(weights, (0.7, 0.3, 0.0), strict=True))

    found = await best_weights(3, score, tries=60)
    assert found.weights == pytest.approx((0.7, 0.3, 0.0), abs=0.05)
    assert len(found.tried) <= 60


async def test_equal_weights_win_a_tie() -> None:
    async def score(_: tuple[float, ...]) -> float:
        return 1.0

    assert (await best_weights(4, score, tries=10)).weights == (0.25, 0.25, 0.25, 0.25)


def test_a_step_away_from_a_corner_stays_a_distribution() -> None:
    assert moved((0.5, 0.5), (1.0, 0.0), 0.5) == (0.75, 0.25)
    assert moved((0.5, 0.5), (1.0, 0.0), -0.5) == (0.25, 0.75)
    assert moved((0.1, 0.9), (1.0, 0.0), -0.5) == (0.0, 1.0)


# What the trace says.


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
    class Untouched(Dev):
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
        partial(co_llm.answer, threshold=-1.0),
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
