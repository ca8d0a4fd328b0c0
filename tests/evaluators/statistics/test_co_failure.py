"""The co-failure certificate, and exact intervals."""

from itertools import product
from math import isclose
from pathlib import Path

import pytest
import symposia
from symposia.evaluators.statistics.co_failure import CoFailure, clopper_pearson, co_failure, note


@pytest.mark.parametrize(
    ("count", "trials", "low", "high"),
    [
        (0, 20, 0.0, 0.1684),
        (0, 100, 0.0, 0.0362),
        (6, 200, 0.0111, 0.0642),
        (10, 200, 0.0242, 0.0900),
        (20, 400, 0.0308, 0.0762),
        (20, 20, 0.8316, 1.0),
    ],
)
def test_exact_intervals_are_the_known_ones(count: int, trials: int, low: float, high: float) -> None:
    found = clopper_pearson(count, trials)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize("trials", [1, 7, 40])
def test_without_a_success_the_upper_end_has_a_closed_form(trials: int) -> None:
    assert clopper_pearson(0, trials).high == pytest.approx(1 - 0.025 ** (1 / trials))


def test_pairwise_correlation_cannot_stand_in_for_it() -> None:
    """Each wrong half of the time, pairwise independent: together wrong never, on a quarter, on an eighth."""
    joint = {
        0.0: [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)],
        0.25: [(1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1)],
        0.125: list(product((0, 1), repeat=3)),
    }
    for beta, errors in joint.items():
        scores = {name: [1 - error[place] for error in errors] for place, name in enumerate("abc")}
        found = co_failure(scores, "a")
        assert isclose(found.failed / found.questions, beta)


def test_what_a_selector_can_add_is_what_the_best_fails_and_another_solves() -> None:
    scores = {"a": [1, 1, 0, 0], "b": [1, 0, 1, 0], "c": [0, 0, 0, 0]}
    assert co_failure(scores, "a") == CoFailure(questions=4, failed=1, recoverable=1)
    assert note(CoFailure(4, 1, 1), "a") == (
        "Certificate on dev: all models fail 25.0% [0.6%, 80.6%] of 4 questions, so no choice among their own answers "
        "scores above 0.750; it adds at most 25.0% [0.6%, 80.6%] to a alone. What writes something new is not bound by "
        "it."
    )


def test_a_report_has_it(tmp_path: Path) -> None:
    finished = symposia.run("majority_vote", limit=2, out=tmp_path / "run")
    assert sum(said.startswith("Certificate on dev: all models fail ") for said in finished.report.notes) == 1
