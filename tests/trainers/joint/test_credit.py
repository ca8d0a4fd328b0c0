"""Credit for members of a team, against values that were worked out by hand."""

import pytest
from symposia.agents.errors import BadData
from symposia.trainers.joint.credit import Removal, centred, counterfactual_rewards, group_credit, removal


def test_messages_are_compared_within_their_group() -> None:
    apart = group_credit([1, 1, 0, 1, 0, 0, 1, 0], ["a"] * 4 + ["b"] * 4)
    assert apart == pytest.approx([0.5774, 0.5774, -1.7321, 0.5774, -0.5774, -0.5774, 1.7321, -0.5774], abs=1e-4)


def test_pooled_they_are_worth_something_else() -> None:
    assert group_credit([1, 1, 0, 1, 0, 0, 1, 0], ["all"] * 8) == pytest.approx([1, 1, -1, 1, -1, -1, 1, -1], abs=1e-6)


def test_equal_rewards_teach_exactly_nothing() -> None:
    assert group_credit([0.1, 0.1, 0.1], ["a"] * 3) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("solo", "rewards", "advantages"),
    [
        ([-1, -1, -1, 1], [1.2, 1.2, -1.0, -1.0], [1.1, 1.1, -1.1, -1.1]),
        ([1, 1, 1, -1], [1.0, 1.0, -1.2, -1.2], [1.1, 1.1, -1.1, -1.1]),
        ([1, -1], [1.0, 1.0, -1.0, -1.0], [1.0, 1.0, -1.0, -1.0]),
    ],
)
def test_who_prepares_is_paid_for_what_the_other_cannot_do_alone(
    solo: list[float], rewards: list[float], advantages: list[float]
) -> None:
    found = counterfactual_rewards([1, 1, -1, -1], solo)
    assert found == pytest.approx(rewards)
    assert centred(found) == pytest.approx(advantages)


def test_a_member_helps_and_hurts_by_what_changes_without_it() -> None:
    assert removal([True, True, False, True], [False, True, True, True]) == Removal(helped=0.25, hurt=0.25)


def test_what_is_no_reward_is_refused() -> None:
    with pytest.raises(BadData, match="the reward of message 1 is nan"):
        group_credit([1.0, float("nan")], ["a", "a"])
    with pytest.raises(BadData, match="1 rewards of 2 messages"):
        group_credit([1.0], ["a", "a"])
    with pytest.raises(BadData, match="outcomes are -1 or 1"):
        counterfactual_rewards([0.5], [1])
    with pytest.raises(BadData, match="Give as many"):
        removal([True], [])
