"""When a search stops and a particle starts again."""

import pytest
from symposia.trainers.search.rules import stops, strays

RULES = ["original", "moco", "numeric"]


@pytest.mark.parametrize(
    ("best", "expected"),
    [
        ([0.5, 0.6, 0.7, 0.7], [False, False, True]),
        ([0.5, 0.7, 0.7, 0.7], [True, True, True]),
        ([0.5, 0.6, 0.6], [False, False, False]),
    ],
)
def test_the_three_rules_to_stop(best: list[float], expected: list[bool]) -> None:
    assert [stops(rule, best, 3) for rule in RULES] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.5, 0.6, 0.55, 0.56], [True, True, True]),
        ([0.6, 0.5, 0.55, 0.58], [True, False, False]),
        ([0.5, 0.6, 0.5, 0.61], [False, False, False]),
        ([0.6, 0.4, 0.5, 0.5], [True, False, True]),
        ([0.5, 0.55, 0.6, 0.58], [False, False, True]),
    ],
)
def test_the_three_rules_to_start_again(scores: list[float], expected: list[bool]) -> None:
    assert [strays(rule, scores, 3) for rule in RULES] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("patience", "fires"), [(5, 5), (7, 7)])
def test_a_particle_that_was_best_at_the_start_starts_again(patience: int, fires: int) -> None:
    histories = [[0.9] + [0.1] * rest for rest in range(10)]
    assert next(len(one) for one in histories if strays("original", one, patience)) == fires
