"""How little of dev is asked: the bounds of a score, and that nothing is decided otherwise for stopping early."""

from collections.abc import Sequence
from hashlib import sha256
from math import inf, nextafter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symposia.agents import Answer, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.load import load
from symposia.agents.objective import Graded, PartialScore, ScoreBand
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.task import Item, Items
from symposia.protocols.weight import dare_ties, expo, greedy_soup, lorahub, model_swarms
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.scoring import Goal, evenly, mean, on_task

from .test_weights import flat
from .tiny import llama


class Listed:
    """A dev split whose scores are known beforehand, None for what fails; notes how far it was asked."""

    bounds = (0.0, 1.0)

    def __init__(self, scores: Sequence[float | None], groups: Sequence[str | None] = ()) -> None:
        self.scores = scores
        self.groups = groups or [None] * len(scores)
        self.asked = 0

    async def __call__(self, team: Team[Any]) -> float:
        return mean([(score, None) for score in self.scores if score is not None])

    async def graded(self, team: Team[Any], count: int | None = None) -> list[Graded]:
        self.asked = max(self.asked, len(self.scores) if count is None else count)
        said = [None if score is None else Answer(text="") for score in self.scores]
        return [Graded(*one) for one in zip(said, self.scores, strict=True)][:count]

    async def rank(self, team: Team[Any]) -> list[str]:
        return list(team)


ALONE: Team[Any] = Team({"amber": object()})


# How much is asked


@pytest.mark.parametrize(("accuracy", "about"), [(0.30, 573), (0.50, 802), (0.55, 891), (0.58, 955)])
async def test_a_model_that_cannot_reach_sixty_percent_is_asked_no_more(accuracy: float, about: int) -> None:
    """401 of 1,000 wrong answers are too many; with chance 1 - p they take about 401 / (1 - p) questions."""
    asked = []
    for seed in range(20):
        rng = Random(seed)
        scores = [float(rng.random() < accuracy) for _ in range(1000)]
        dev = Listed(scores)
        found = await on_task(dev)(ALONE, ScoreBand(high=nextafter(0.6, -inf)))
        wrong = [number for number, score in enumerate(scores, 1) if score == 0]
        enough = wrong[400] if len(wrong) > 400 else 1000
        assert enough <= dev.asked <= min(enough + 19, 1000)
        assert isinstance(found, PartialScore) == (dev.asked < 1000)
        asked.append(dev.asked)
    assert abs(sum(asked) / len(asked) - about) < 25


async def test_the_first_wave_is_what_must_be_asked_in_any_case() -> None:
    dev = Listed([0.0] * 100)
    found = await on_task(dev)(ALONE, ScoreBand(high=nextafter(0.6, -inf)))
    assert found == PartialScore(0.0, 0.59, 41)


@pytest.mark.parametrize(
    ("high", "found"),
    [(0.5, PartialScore(0.0, 0.5, 2)), (nextafter(0.5, -inf), PartialScore(0.0, 0.25, 3)), (0.2, 0.0)],
)
async def test_a_score_that_is_only_reached_does_not_beat(high: float, found: Any) -> None:
    assert await on_task(Listed([0, 0, 0, 0]))(ALONE, ScoreBand(high=high)) == found


async def test_a_particle_is_asked_until_it_is_no_new_worst_either() -> None:
    dev = Listed([1, 0, 0, 0, 1, 1, 1, 1])
    assert await on_task(dev)(ALONE, ScoreBand(low=0.25, high=0.75)) == PartialScore(0.25, 0.625, 5)
    assert await on_task(Listed([0] * 8))(ALONE, ScoreBand(low=0.25, high=0.75)) == 0.0


async def test_what_could_not_be_scored_is_left_out_of_the_bound() -> None:
    assert await on_task(Listed([0, None, None, 0, 1, 1]))(ALONE, ScoreBand(high=0.5)) == PartialScore(0.0, 0.5, 4)
    assert await on_task(Listed([None, None, 1, None]))(ALONE, ScoreBand(high=0.5)) == 1.0


async def test_scores_without_known_bounds_are_all_asked() -> None:
    dev = Listed([0.0] * 10)
    assert await Goal(dev, None)(ALONE, ScoreBand(high=0.9)) == 0.0
    assert dev.asked == 10


async def test_domains_are_bounded_by_what_they_may_still_become() -> None:
    dev = Listed([0, 0, 1, 1], ["a", "a", "b", "b"])
    assert await Goal(dev, (0, 1), total=evenly)(ALONE, ScoreBand(high=0.5)) == PartialScore(
        evenly([(0, "a"), (0, "b")]), evenly([(0, "a"), (1, "b")]), 2
    )


SCORES = st.lists(st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 1.0])), min_size=1, max_size=12)


@settings(deadline=None)
@given(SCORES, st.floats(0, 1), st.floats(0, 1), st.booleans())
async def test_whatever_the_scores_what_is_said_of_them_is_true(
    scores: list[float | None], one: float, other: float, by_domain: bool
) -> None:
    groups = [str(number % 3) for number in range(len(scores))]
    total = evenly if by_domain else mean
    kept = [(score, group) for score, group in zip(scores, groups, strict=True) if score is not None]
    if not kept:
        return
    idle = ScoreBand(min(one, other), max(one, other))
    found = await Goal(Listed(scores, groups), (0, 1), total=total)(ALONE, idle)
    if isinstance(found, PartialScore):
        assert idle.low <= found.low <= total(kept) <= found.high <= idle.high
    else:
        assert found == total(kept)


# The dev split


class Parrot:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    async def write(self, turns: Sequence[Any], sampling: Sampling | None = None) -> Answer:
        self.calls += 1
        return Answer(text=turns[-1].text)


class Lottery:
    """A task that scores by chance: by a hash of the question and the answer."""

    FORM = ""

    def __init__(self, chance: float = 0.5) -> None:
        self.chance = chance

    def load(self, **_: object) -> Items:
        return Items([])

    def read(self, item: Item, text: str) -> str:
        return text

    def grade(self, item: Item, text: str) -> float:
        return float(sha256(f"{item.question} {text}".encode()).digest()[0] < 256 * self.chance)


def lottery(count: int, salt: str = "") -> list[Item]:
    return [Item(question=f"{salt}{number}", form="", gold=None, group=str(number % 2)) for number in range(count)]


async def test_a_partial_score_is_continued_and_not_repeated() -> None:
    dev, model, shared = Dev(Evaluator(Lottery()), lottery(10)), Parrot(), Context()
    team: Team[Any] = Team({"a": model}, context=shared)
    first = await dev.graded(team, 3)
    assert (len(first), model.calls) == (3, 3)
    whole = await dev(team)
    assert model.calls == 10
    assert (await dev.graded(team))[:3] == first
    assert await dev(Team({"b": model}, context=shared)) == whole
    assert model.calls == 10
    places = [event.question for event in shared.trace.events if event.sender == "a"]
    assert sorted(places) == sorted(f"dev/0-a/{number}" for number in range(10))


async def test_a_model_whose_asking_failed_is_asked_anew() -> None:
    class Broken(Parrot):
        async def write(self, turns: Sequence[Any], sampling: Sampling | None = None) -> Answer:
            said = await super().write(turns)
            if self.calls == 2:
                raise KeyError("once")
            return said

    dev, model = Dev(Evaluator(Lottery(), concurrency=1), lottery(3)), Broken()
    team: Team[Any] = Team({"a": model})
    assert [one.score is None for one in await dev.graded(team)] == [False, True, False]
    assert "once" in str((await dev.graded(team))[1].why)


# The same decisions with and without


class Whole(Dev):
    """A dev split whose bounds nobody knows, so that all of it is asked."""

    bounds = None


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("models")
    return {name: load(f"hf:{llama(folder / name, seed=seed)}") for seed, name in enumerate(("amber", "blue", "coral"))}


PREPARED: dict[str, tuple[Any, dict[str, Any]]] = {
    "greedy_soup": (greedy_soup, {}),
    "expo": (expo, {"alphas": (0.1, 0.2, 0.4)}),
    "lorahub": (lorahub, {"population": 4, "iterations": 5}),
    "dare_ties": (dare_ties, {"mode": "optimized", "population": 3, "motion": Motion(iterations=3)}),
    "model_swarms": (model_swarms, {"population": 4, "motion": Motion(iterations=4)}),
    "domains": (model_swarms, {"utility": "domains", "population": 4, "motion": Motion(iterations=4)}),
    "original": (model_swarms, {"motion": Motion(like="original", iterations=4), "population": 4}),
    "dropping": (model_swarms, {"motion": Motion(iterations=5, drop_one=0.4), "population": 4}),
}


@pytest.mark.parametrize("salt", ["x", "y"])
@pytest.mark.parametrize("name", sorted(PREPARED))
async def test_stopping_early_decides_the_same_and_asks_less(name: str, salt: str, models: dict[str, Any]) -> None:
    protocol, options = PREPARED[name]
    found = []
    for kind in (Dev, Whole):
        shared = Context(sampling=Sampling(max_tokens=2))
        dev = kind(Evaluator(Lottery()), lottery(24, salt))
        found.append((await protocol.prepare(Team(models, context=shared), dev, **options), len(shared.trace)))
    (early, fewer), (whole, all_asked) = found
    (one,), (other,) = early.models.values(), whole.models.values()
    assert (flat(one) == flat(other)).all()
    assert fewer < all_asked
    if protocol is not model_swarms:
        assert early.learned == whole.learned
        return
    kept, full = early.learned, whole.learned
    assert any(kept.stopped)
    assert not any(full.stopped)
    for field in ("coefficients", "g", "g_worst", "starts", "bests"):
        assert getattr(kept, field) == getattr(full, field)
    for scores, exact, stopped in zip(kept.particles, full.particles, kept.stopped, strict=True):
        for number, (score, true) in enumerate(zip(scores, exact, strict=True)):
            assert score >= true if number in stopped else score == true


@pytest.mark.parametrize("rule", ["moco", "numeric"])
async def test_rules_that_compare_last_scores_have_all_of_them(rule: Any, models: dict[str, Any]) -> None:
    dev = Dev(Evaluator(Lottery()), lottery(12))
    team = await model_swarms.prepare(
        Team(models, context=Context(sampling=Sampling(max_tokens=2))), dev, motion=Motion(rule=rule, iterations=3)
    )
    learned = team.learned_as(model_swarms.Scratchpad)
    assert learned is not None
    assert not any(learned.stopped)


async def test_early_exit_can_be_switched_off(models: dict[str, Any]) -> None:
    dev = Dev(Evaluator(Lottery()), lottery(12))
    shared = Context(sampling=Sampling(max_tokens=2))
    team = await model_swarms.prepare(Team(models, context=shared), dev, motion=Motion(iterations=3), early_exit=False)
    assert len(shared.trace) == 2 * 12 * 9
    assert team.learned_as(model_swarms.Scratchpad)
