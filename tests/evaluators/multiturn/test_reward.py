"""The multiturn-aware reward: how the scores of futures become one number."""

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.multiturn.reward import multiturn_reward

MATH = {"accuracy": 1.0, "interactivity": 1.0, "tokens": -0.1}
DOCUMENT = {"bleu": 1.0, "interactivity": 1.0, "tokens": -0.1}


def futures(**scores: tuple[float | None, ...]) -> list[dict[str, float | None]]:
    """Scores by metric as scores by future."""
    return [dict(zip(scores, row, strict=True)) for row in zip(*scores.values(), strict=True)]


def test_each_future_is_worth_the_weighted_sum_of_its_scores() -> None:
    """The numbers of the original's notebook."""
    math = futures(accuracy=(1, 1, 0), interactivity=(0.7, 0.6, 0.6), tokens=(0.577, 0.578, 0.555))
    found = multiturn_reward(math, MATH)
    assert found.futures == pytest.approx((1.6423, 1.5422, 0.5445))
    assert found.value == pytest.approx(1.243, abs=5e-4)
    document = futures(bleu=(0.196, 0.193, 0.249), interactivity=(0.6, 0.7, 0.6), tokens=(0.558, 0.799, 1.189))
    assert multiturn_reward(document, DOCUMENT).futures == pytest.approx((0.7402, 0.8131, 0.7301))


def test_verl_bounds_each_metric_by_itself() -> None:
    weights = {"accuracy": 1.0, "interactivity": 1.0, "words": -1e-4}
    within = futures(accuracy=(1, 0, 1), interactivity=(0.7, 0.8, 0.9), words=(420, 610, 500))
    found = multiturn_reward(within, weights, "verl")
    assert found.value == pytest.approx(1.41567, abs=1e-5)
    beyond = futures(accuracy=(1, 1, 1), interactivity=(1, 1, 1), words=(12000, 15000, 9000))
    found = multiturn_reward(beyond, weights, "verl")
    assert found.parts == pytest.approx({"accuracy": 1.0, "interactivity": 1.0, "words": -1.0})
    assert found.value == pytest.approx(1.0)
    assert multiturn_reward(beyond, weights).value == pytest.approx(0.8)


def test_the_error_is_that_of_the_mean_and_one_future_has_none() -> None:
    found = multiturn_reward(futures(accuracy=(1.0, 0.0)), {"accuracy": 1.0})
    assert (found.value, found.error) == (0.5, pytest.approx(0.5))
    assert multiturn_reward(futures(accuracy=(1.0,)), {"accuracy": 1.0}).error is None


def test_the_order_of_futures_changes_nothing_but_their_order() -> None:
    given = futures(accuracy=(1.0, 0.0, 1.0), tokens=(0.1, 0.2, 0.3))
    weights = {"accuracy": 1.0, "tokens": -0.5}
    there, back = multiturn_reward(given, weights), multiturn_reward(given[::-1], weights)
    assert (there.value, there.error) == (pytest.approx(back.value), pytest.approx(back.error))


def test_a_judge_that_failed_is_no_zero() -> None:
    given = futures(accuracy=(1.0, 1.0), interactivity=(0.5, None))
    found = multiturn_reward(given, {"accuracy": 1.0, "interactivity": 1.0})
    assert (found.value, found.futures) == (1.5, (1.5, None))
    assert multiturn_reward(given, {"accuracy": 1.0, "interactivity": 1.0}, "verl").value == 1.5


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([{"accuracy": 1.0, "bleu": 0.5}], "future 0 has scores of accuracy, bleu, and there are weights of accuracy"),
        ([{}], "future 0 has scores of nothing"),
        ([{"accuracy": None}], "none of 1 futures was scored in full"),
        ([], "none of 0 futures was scored in full"),
    ],
)
def test_what_cannot_be_a_reward_is_refused(given: list[dict[str, float | None]], said: str) -> None:
    with pytest.raises(BadData, match=said):
        multiturn_reward(given, {"accuracy": 1.0})
