"""Overturning a vote: when the minority of a split vote is followed."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.objective import Graded
from symposia.protocols.text import majority_vote
from symposia.trainers.heads.overturning import Overturn, Sides, overturn, sides_of, threshold

Rule = Callable[[Random], tuple[str, str, str, bool]]


def graded(questions: int, rule: Rule) -> dict[str, list[Graded]]:
    """Dev answers of a, b and c; a rule says what they read, and whether they are sure of it. B is right."""
    rng, rows = Random(5), {"a": [], "b": [], "c": []}  # type: ignore[var-annotated]
    for _ in range(questions):
        *readings, sure = rule(rng)
        for name, read in zip(rows, readings, strict=True):
            known = (-0.01,) if sure and name == "c" else (-2.0,)
            rows[name].append(Graded(Answer(text=read, logprobs=known), float(read == "B"), parsed=read))
    return rows


def alone(rng: Random) -> tuple[str, str, str, bool]:
    """The third member is right whenever it stands alone, and it is sure then."""
    return ("A", "A", "B", True) if rng.random() < 0.3 else ("B", "B", "A", False)


def blind(rng: Random) -> tuple[str, str, str, bool]:
    """It is right alone as often, and nothing tells when."""
    return ("A", "A", "B", False) if rng.random() < 0.3 else ("B", "B", "A", False)


@pytest.mark.parametrize(
    ("readings", "sides"),
    [
        ("AAB", Sides(("a", "b"), ("c",))),
        ("ABA", Sides(("a", "c"), ("b",))),
        ("ABC", None),
        ("AAA", None),
    ],
)
def test_a_vote_has_sides_if_one_reading_wins_and_another_loses(readings: str, sides: Sides | None) -> None:
    assert sides_of(dict(zip("abc", readings, strict=True))) == sides


def test_one_who_abstains_is_on_no_side() -> None:
    assert sides_of({"a": "A", "b": "A", "c": None}) is None
    assert sides_of({"a": "A", "b": "A", "c": None, "d": "B"}) == Sides(("a", "b"), ("d",))


def test_a_minority_that_is_right_whenever_it_is_sure_is_followed_and_costs_nothing() -> None:
    dev = graded(400, alone)
    rule = overturn(dev, keep=0.95)
    expected = sum(one.score == 1 for one in dev["c"])
    assert (rule.splits, rule.right, rule.wrong) == (400, expected, 0)
    sure = {"a": said("A"), "b": said("A"), "c": said("B", -0.01)}
    unsure = {"a": said("B"), "b": said("B"), "c": said("A")}
    sides = Sides(("a", "b"), ("c",))
    assert (rule.flips(sure, sides), rule.flips(unsure, sides)) == (True, False)


def said(text: str, logprob: float = -2.0) -> Answer:
    return Answer(text=text, logprobs=(logprob,))


def test_features_that_say_nothing_never_flip() -> None:
    rule = overturn(graded(400, blind), keep=0.95)
    assert rule.threshold is None
    sides = Sides(("a", "b"), ("c",))
    assert not rule.flips({"a": said("A"), "b": said("A"), "c": said("B", -0.01)}, sides)


def test_a_rule_that_gains_no_more_than_the_weighted_vote_never_flips() -> None:
    """Weights by dev alone follow the third member here, which is always right."""
    rule = overturn(graded(200, lambda rng: ("A", "A", "B", True)), keep=0.5)
    assert rule.threshold is None


@pytest.mark.parametrize(("keep", "kept"), [(0.9, 9), (0.95, 10), (0.5, 5)])
def test_the_threshold_is_the_least_that_keeps_the_share_of_right_majorities(keep: float, kept: int) -> None:
    of_right = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
    assert (of_right < threshold(of_right, keep)).sum() == kept


def test_too_few_split_votes_are_refused() -> None:
    with pytest.raises(BadScenario, match=r"99 split votes on dev are too few for a rule\. Give 100 at least"):
        overturn(graded(99, alone), keep=0.95)


class Dev:
    """A dev split of these answers."""

    groups = ()
    bounds = (0.0, 1.0)

    def __init__(self, rows: dict[str, list[Graded]]) -> None:
        self.rows = rows

    async def rank(self, team: Team[Any]) -> list[str]:
        return list(team)

    async def graded(self, team: Team[Any], count: int | None = None) -> list[Graded]:
        return self.rows[team.names[0]]


class Known:
    """A writer of one answer with one log-probability."""

    def __init__(self, text: str, logprob: float = -2.0) -> None:
        self.answer = said(text, logprob)

    async def write(self, *given: object) -> Answer:
        return self.answer


@pytest.mark.parametrize(("logprob", "winner"), [(-0.01, "B"), (-2.0, "A")])
async def test_a_vote_follows_the_minority_where_its_rule_says_so(logprob: float, winner: str) -> None:
    models = {"a": Known("A"), "b": Known("A"), "c": Known("B", logprob)}
    team = await majority_vote.prepare(Team(models), Dev(graded(400, alone)), overturn=True)
    assert isinstance(team.learned, Overturn)
    assert (await majority_vote.answer(team, Ask(text="?"), overturn=True)).text == winner


@pytest.mark.parametrize(
    ("options", "members", "said"),
    [
        ({"overturn": True, "weights": "dev"}, "abc", "Leave out weights and stop"),
        ({"overturn": True, "stop": True}, "abc", "Leave out weights and stop"),
        ({"overturn": True}, "ab", "2 members have no minority to follow. Name three"),
    ],
)
def test_a_rule_needs_all_votes_of_three(options: dict[str, object], members: str, said: str) -> None:
    with pytest.raises(BadScenario, match=said):
        majority_vote.Options.model_validate(options).check(tuple(members))
