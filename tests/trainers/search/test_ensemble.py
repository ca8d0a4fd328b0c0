"""Votes of the best particles."""

import pytest
from symposia.agents import Answer
from symposia.agents.objective import Graded
from symposia.trainers.search.ensemble import best_first, emergence, solved, surge, voted


def said(*parsed: str | None) -> list[Graded]:
    return [Graded(Answer(text=""), float(one == "B"), parsed=one) for one in parsed]


@pytest.mark.parametrize(
    ("answers", "utilities", "score"),
    [
        ("AABB", [0.1, 0.1, 0.9, 0.9], 1.0),
        ("AABB", [0.9, 0.9, 0.1, 0.1], 0.0),
        ("AAB", [0.1, 0.1, 0.9], 0.0),
        ("AB", [0.5, 0.5], 0.0),
    ],
)
def test_of_equal_votes_the_better_particles_win(answers: str, utilities: list[float], score: float) -> None:
    (one,) = voted([said(answer) for answer in answers], utilities)
    assert one.score == score


def test_who_gives_no_answer_has_no_vote() -> None:
    assert [one.parsed for one in voted([said(None, None), said("A", None)], [0.9, 0.1])] == ["A", None]


def test_the_best_come_first_and_of_equals_the_first() -> None:
    assert best_first([0.5, 0.9, 0.5, 0.1], 3) == [1, 0, 2]
    assert best_first([0.5], 10) == [0]


def test_what_emerges_and_what_surges() -> None:
    before, after = solved([said("B", "A", "A", "B"), said("B", "A", "A", "A")]), [1, 1, 0, 2]
    assert before == [2, 0, 0, 1]
    assert (surge(before, after), emergence(before, after)) == (0.5, 0.5)
    assert emergence([1, 2], [0, 0]) is None
