"""Advantages by group, against numbers worked out by hand."""

import pytest
from symposia.agents.errors import BadData
from symposia.trainers.finetuning.advantage import advantages, check_rewards, equal_groups

TIES = [-0.04, -0.04, *[-0.08] * 6]


def test_a_small_penalty_is_as_large_as_a_success_once_it_is_scaled_by_group() -> None:
    """The confound of CollabLLM's miniature: golden numbers of its specification, 7.3."""
    assert advantages(TIES, 8, scale="group") == pytest.approx([1.6115] * 2 + [-0.5372] * 6, abs=1e-4)
    assert advantages(TIES, 8) == pytest.approx([0.03] * 2 + [-0.01] * 6)


@pytest.mark.parametrize("scale", ["none", "group", "batch"])
@pytest.mark.parametrize("group", [2, 3, 5, 6, 7])
def test_equal_rewards_have_an_advantage_of_exactly_zero(scale: str, group: int) -> None:
    assert advantages([0.1] * group, group, scale=scale) == [0.0] * group  # type: ignore[arg-type]


def test_the_baseline_of_rloo_is_the_mean_of_the_others() -> None:
    assert advantages([1.0, 2.0, 6.0], 3, baseline="leave_one_out") == pytest.approx([-3.0, -1.5, 4.5])


def test_an_unscored_answer_is_not_in_the_mean_of_its_group() -> None:
    assert advantages([1.0, None, 3.0, 5.0, None, 5.0], 3) == [-1.0, None, 1.0, 0.0, None, 0.0]


def test_the_only_scored_answer_of_a_group_has_nothing_to_be_better_than() -> None:
    assert advantages([None, 2.0], 2, scale="group") == [None, 0.0]


def test_the_scale_of_a_batch_is_over_all_groups() -> None:
    assert advantages([0.0, 2.0, 5.0, 5.0], 2, scale="batch") == pytest.approx([-0.4082, 0.4082, 0, 0], abs=1e-4)


def test_groups_of_equal_rewards_are_counted() -> None:
    assert equal_groups([1.0, 1.0, 0.0, 1.0, None, 3.0], 2) == 2


@pytest.mark.parametrize("reward", [float("nan"), float("inf")])
def test_a_reward_that_is_not_a_number_is_an_error(reward: float) -> None:
    with pytest.raises(BadData) as error:
        check_rewards([0.0, reward], 2)
    assert str(error.value) == (
        f"grpo: the reward of answer 1 is {reward}. Return a finite number, or None for an answer that could not be "
        "scored."
    )


def test_a_reward_too_few_is_an_error() -> None:
    with pytest.raises(BadData, match="1 rewards for 2 answers"):
        check_rewards([0.0], 2)
