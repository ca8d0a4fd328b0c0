"""The length-controlled win rate: a planted model, published coefficients, and what is refused."""

from collections.abc import Sequence

import numpy as np
import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.length_control import (
    FOLDS,
    Gamed,
    difficulty,
    fold_of,
    length_controlled,
    win_rate_at,
    win_rate_between,
)
from symposia.evaluators.statistics.logistic import sigmoid

K = np.arange(200)
HARD = np.where(K == 0, 0.0, ((37 * K) % 101) / 25 - 2)
GAPS = (400 + 10 * ((53 * K) % 97) - 400 - 12 * ((71 * K) % 89)).astype(float)
VALUES = sigmoid(-1.5 * np.tanh(GAPS / GAPS.std(ddof=1)) + 0.8 * HARD + 0.5)


def gamed() -> list[Gamed]:
    """The rows of a verbose and of a concise baseline."""
    found = []
    for sign in (-1, 1):
        gaps = sign * (0.3 + ((29 * K) % 61) / 40)
        shares = sigmoid(-1.5 * np.tanh(gaps) + 0.8 * HARD)
        found += [Gamed(int(i), float(gaps[i]), float(shares[i])) for i in K]
    return found


PLANTED: list[float | None] = [float(value) for value in VALUES]
HARDENED: list[float | None] = [float(value > 0.5) for value in VALUES]


@pytest.mark.parametrize(
    ("values", "rate", "error", "coefficients", "close"),
    [
        (PLANTED, 60.4312, 1.4059, (-1.4999, 0.7999, 0.5000), 0.02),
        (HARDENED, 67.3376, 2.5195, (-4.946, 2.556, 1.780), 0.05),
        ([None] * 7 + PLANTED[7:], 60.4306, 1.4058, (-1.4999, 0.7999, 0.5000), 0.02),
        ([0.5] * 7 + PLANTED[7:], 59.7186, 1.3541, (-1.4099, 0.7582, 0.4571), 0.02),
    ],
    ids=["planted", "hardened", "missing", "ties"],
)
def test_a_planted_model_is_found_again(
    values: Sequence[float | None], rate: float, error: float, coefficients: tuple[float, ...], close: float
) -> None:
    found = length_controlled(values, GAPS.tolist(), HARD.tolist(), gamed())
    assert found.win_rate == pytest.approx(rate, abs=close)
    assert found.error == pytest.approx(error, abs=0.02)
    assert found.coefficients == pytest.approx(coefficients, abs=0.01)
    assert found.warnings == ()


def test_without_difficulties_there_are_two_coefficients() -> None:
    found = length_controlled(PLANTED, GAPS.tolist(), None, gamed())
    assert found.win_rate == pytest.approx(60.7048, abs=0.02)
    assert found.error == 0
    assert len(found.coefficients) == 2


def test_the_baseline_against_itself_is_at_one_half() -> None:
    found = length_controlled([0.5] * 200, GAPS.tolist(), HARD.tolist())
    assert found.win_rate == 50
    assert found.coefficients == (0, 0, 0)
    assert found.warnings == ("the penalty shrank every coefficient to 0, so that it is 50 whatever the verdicts are",)


def test_few_verdicts_are_refused_however_many_questions_there_are() -> None:
    with pytest.raises(BadData, match="179 of 200 questions have a verdict"):
        length_controlled([None] * 21 + PLANTED[21:], GAPS.tolist())
    with pytest.raises(BadData, match="0 of 200 questions have a verdict"):
        length_controlled([None] * 200, GAPS.tolist())


def test_few_questions_and_equal_lengths_are_refused() -> None:
    with pytest.raises(BadData, match="199 questions, which the fit shrinks towards 50"):
        length_controlled(PLANTED[1:], GAPS[1:].tolist())
    with pytest.raises(BadData, match="all gaps in length are equal"):
        length_controlled(PLANTED, [3.0] * 200)


def test_a_number_far_from_the_raw_one_is_warned_of() -> None:
    gaps = GAPS - 500
    values = [float(value) for value in sigmoid(-2 * np.tanh(gaps / gaps.std(ddof=1)) - 0.5)]
    found = length_controlled(values, gaps.tolist(), None, gamed())
    assert found.warnings == ("it is far from the raw win rate of 68.8",)


def test_questions_are_never_cut_by_a_fold() -> None:
    rows = np.array([0, 0, 0, 1, 1, 2, 3, 4, 5, 5])
    folds = fold_of(rows)
    assert {int(question): len(set(folds[rows == question])) for question in rows} == dict.fromkeys(range(6), 1)
    assert set(map(int, folds)) == set(range(FOLDS))


def test_a_model_that_answers_a_constant_wins_by_its_published_coefficients() -> None:
    assert win_rate_at([0.0], 1.0, 1.90579) == pytest.approx(87.06, abs=0.01)


def test_difficulties_are_recovered_from_predictions_and_coefficients() -> None:
    shares = sigmoid(0.8 * HARD + 0.5)
    assert [difficulty(float(share), 0.5, 0.8) for share in shares] == pytest.approx(HARD.tolist(), abs=1e-9)
    assert win_rate_at(HARD.tolist(), 0.8, 0.5) == pytest.approx(60.431204, abs=1e-6)
    assert win_rate_between(HARD.tolist(), (0.8, 0.5), (0.0, 0.0)) == pytest.approx(60.431204, abs=1e-6)
