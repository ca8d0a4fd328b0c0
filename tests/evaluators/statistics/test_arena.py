"""Scores of Arena-Hard: the published verdicts, the closed form against Bradley-Terry, clusters, and style."""

import pytest
from symposia.agents.errors import BadData, UnknownName
from symposia.evaluators.judging.verdicts import PREFERENCES
from symposia.evaluators.statistics.arena import (
    Battle,
    Counts,
    bradley_terry,
    clustered_share,
    counts_of,
    win_rate,
)
from symposia.evaluators.statistics.style import FEATURES, style_controlled, style_of

LABELS = tuple(PREFERENCES.values())


def games(first: int) -> list[list[float]]:
    """The published example: game 1 shows the baseline first, game 2 the model."""
    add = 1 if first == 3 else 2
    return [[1 - LABELS[first * i % 5], LABELS[(first * i + add + i % 3) % 5]] for i in range(40)]


@pytest.mark.parametrize(
    ("first", "score", "wins", "ties", "losses"), [(3, 48.287671, 63, 15, 68), (7, 50.684932, 66, 16, 64)]
)
def test_the_published_verdicts_give_the_published_score(
    first: int, score: float, wins: int, ties: int, losses: int
) -> None:
    counts = counts_of([value for pair in games(first) for value in pair])
    assert (3 * counts.strong_wins + counts.wins, counts.ties, 3 * counts.strong_losses + counts.losses) == (
        wins,
        ties,
        losses,
    )
    assert 100 * (counts.share() or 0) == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize(
    ("counts", "score", "rating"),
    [(Counts(4, 10, 6, 12, 8), 39.0625, 922.7502), (Counts(20, 15, 5, 8, 2), 82.4468, 1268.7271)],
)
def test_the_closed_form_is_bradley_terry_against_one_baseline(counts: Counts, score: float, rating: float) -> None:
    assert 100 * (counts.share() or 0) == pytest.approx(score, abs=5e-5)
    weights = (3.0, 1.0, 1.0, 1.0, 3.0)
    outcomes = (1.0, 1.0, 0.5, 0.0, 0.0)
    battles = [Battle("m", "base", value, n * w) for n, w, value in zip(counts, weights, outcomes, strict=True)]
    found = bradley_terry(battles, "base")
    assert found["base"] == 1000
    assert found["m"] == pytest.approx(rating, abs=1e-3)
    assert win_rate(found["m"]) == pytest.approx(score, abs=5e-5)


def test_a_model_is_rated_through_opponents_it_never_met() -> None:
    battles = [Battle("a", "base", 0.75), Battle("b", "a", 0.75)]
    found = bradley_terry(battles, "base")
    assert found["b"] - found["a"] == pytest.approx(found["a"] - 1000)
    assert win_rate(found["b"]) == pytest.approx(90.0)


def test_models_that_no_battle_connects_are_refused() -> None:
    with pytest.raises(BadData, match="connected to the baseline by no battles"):
        bradley_terry([Battle("a", "base", 0.5), Battle("b", "c", 0.5)], "base")
    with pytest.raises(BadData, match="no battle has the baseline 'x'"):
        bradley_terry([Battle("a", "base", 0.5)], "x")
    with pytest.raises(BadData, match="the data are separated"):
        bradley_terry([Battle("a", "base", 1.0)], "base")


def test_a_value_between_the_levels_is_refused() -> None:
    with pytest.raises(BadData, match=r"a game has the value 0\.6"):
        counts_of([0.6])


def test_the_interval_is_wider_where_questions_belong_together() -> None:
    pairs = games(3)
    alone = clustered_share(pairs, [None] * 40)
    same = [values for values in pairs for _ in range(2)]
    twice = clustered_share(same, [position // 2 for position in range(80)])
    as_if = clustered_share(same, [None] * 80)
    assert alone.value == pytest.approx(0.48287671, abs=1e-6)
    assert width(twice) > 1.3 * width(as_if)
    assert clustered_share([[]], [None]).value is None
    assert clustered_share([[1.0]], [None]).low is None


def width(interval: object) -> float:
    return getattr(interval, "high") - getattr(interval, "low")  # noqa: B009 - None is no number


def test_each_style_control_runs_and_they_differ() -> None:
    values, pairs = [], []
    for position in range(40):
        more = "# h\n- x\n- y\n**bold** " if position % 2 else ""
        answer = style_of(more + "word " * (20 + position * 5 % 37))
        baseline = style_of("word " * (20 + position * 3 % 37))
        values += games(3)[position]
        pairs += [(answer, baseline)] * 2
    found = {name: style_controlled(values, pairs, name) for name in FEATURES}
    assert found["none"].share == pytest.approx(0.48287671, abs=1e-6)
    assert len({round(one.share, 6) for one in found.values()}) == 4
    assert set(found["both"].coefficients) == {"length", "headers", "lists", "bold"}
    with pytest.raises(UnknownName, match="no style control named 'lenght'"):
        style_controlled(values, pairs, "lenght")


def test_a_style_that_explains_all_wins_leaves_none() -> None:
    long, short = style_of("word " * 40), style_of("word " * 20)
    values = [0.75] * 8 + [0.25] * 2 + [0.25] * 8 + [0.75] * 2
    pairs = [(long, short)] * 10 + [(short, long)] * 10
    assert style_controlled([0.75] * 8 + [0.25] * 2, pairs[:10], "none").share == pytest.approx(0.8)
    assert style_controlled(values, pairs, "length").share == pytest.approx(0.5)
    assert style_controlled(values, pairs, "length").coefficients["length"] == pytest.approx(1.386294, abs=1e-5)
