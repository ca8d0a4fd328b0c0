"""What a ranker and a fuser learn from candidates with scores."""

from types import SimpleNamespace
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.blending import Blender
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.tests.support.tasks import Exact, items
from symposia.trainers.finetuning.blending import Candidates, candidates, lessons_of, measured


def given(**known: tuple[str, float | None]) -> Candidates:
    """Candidates by member: a text and its score."""
    said = {name: Answer(text=text) for name, (text, _) in known.items()}
    return Candidates(0, Ask(text="2 + 2?"), said, {name: score for name, (_, score) in known.items()})


def compared(some: Candidates, chance: int | None = None) -> list[tuple[str, str, str]]:
    """The first and the second text of each comparison, and the letter."""
    return [(one.question.first, one.question.second, one.text) for one in some.comparisons(chance)]  # type: ignore[attr-defined]


def test_pairs_with_different_scores_are_taught_in_both_orders() -> None:
    some = given(a=("5", 0.0), b=("4", 1.0), c=("four", 1.0), d=("?", None))
    assert compared(some) == [("4", "5", "A"), ("5", "4", "B"), ("four", "5", "A"), ("5", "four", "B")]


def test_by_chance_either_may_be_the_better_one_and_both_orders_agree() -> None:
    some = given(a=("5", 0.0), b=("4", 1.0))
    drawn = {tuple(compared(some, seed)) for seed in range(20)}
    assert drawn == {(("4", "5", "A"), ("5", "4", "B")), (("5", "4", "A"), ("4", "5", "B"))}


def fused(some: Candidates, *arguments: Any) -> list[tuple[str, str]]:
    """The candidates that are shown, and the text that is taught."""
    return [(one.question.candidates, one.text) for one in some.fusions(*arguments)]  # type: ignore[attr-defined]


def test_a_fuser_is_taught_the_gold_text_or_the_best_candidate_from_the_best_first() -> None:
    some = given(a=("5", 0.0), b=("4", 1.0), c=("3", 0.5))
    assert fused(some, 2) == [("1. 4\n2. 3", "4")]
    assert fused(some, 3, "04") == [("1. 4\n2. 3\n3. 5", "04")]


def test_a_wrong_candidate_is_not_taught() -> None:
    assert fused(given(a=("5", 0.0), b=("3", 0.0)), 2) == []
    assert fused(given(a=("5", 0.0), b=("3", 0.0)), 2, "4") == [("1. 5\n2. 3", "4")]
    assert fused(given(a=("5", None)), 2, "4") == []


def test_the_control_teaches_any_candidate() -> None:
    some = given(a=("5", 0.0), b=("4", 1.0))
    assert {said for seed in range(20) for _, said in fused(some, 2, "4", seed)} == {"4", "5"}


@pytest.fixture
def dev() -> Dev:
    return Dev(Evaluator(Exact()), items("4", "5"))


async def test_candidates_are_all_answers_with_their_scores_and_their_vote(dev: Dev) -> None:
    members = {"a": Scripted("4", "4"), "b": Scripted("4", "5"), "c": Scripted("3", "5")}
    found = await candidates(Team({**members, "judge": Scripted()}), dev, ("a", "b", "c"))
    assert [one.scores for one in found] == [{"a": 1.0, "b": 1.0, "c": 0.0}, {"a": 0.0, "b": 1.0, "c": 1.0}]
    assert [one.vote for one in found] == [1.0, 1.0]


async def test_lessons_are_of_the_roles_that_are_trained(dev: Dev) -> None:
    sets = await candidates(Team({"a": Scripted("4", "4"), "b": Scripted("3", "2")}), dev, ("a", "b"))
    both = SimpleNamespace(trained=("ranker", "fuser"), top_k=1, gold=True)
    found = await lessons_of(sets, dev, both)
    assert {kind: [one.text for one in some] for kind, some in found.items()} == {
        "ranker": ["A", "B"],
        "fuser": ["4", "5"],
    }
    alone = SimpleNamespace(trained=("fuser",), top_k=1, gold=False)
    assert [len(some) for some in (await lessons_of(sets, dev, alone)).values()] == [0, 1]


async def test_a_blender_is_measured_by_what_it_makes_of_known_candidates(dev: Dev) -> None:
    sets = await candidates(Team({"a": Scripted("4", "4"), "b": Scripted("3", "5")}), dev, ("a", "b"))
    team = Team({"ranker": Scripted("A", "B", "A", "B")})
    assert await measured(team.at("held"), dev, sets, Blender("ranker", "", fuse=False)) == 0.5
