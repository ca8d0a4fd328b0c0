"""The multiturn-aware reward of recorded conversations, and of an agent that is asked for it."""

import asyncio
from typing import Any

import pytest
from symposia.agents import Team, Turn
from symposia.agents.errors import BadData
from symposia.evaluators.clarification.assistants import Scripted
from symposia.evaluators.clarification.scores import WEIGHTS, score
from symposia.evaluators.clarification.user import User
from symposia.evaluators.multiturn.futures import Future, Futures
from symposia.evaluators.multiturn.recorded import Respond, RewardAgent, rewards
from symposia.evaluators.multiturn.reward import MultiturnReward
from symposia.evaluators.multiturn.rewarding import Rewarding
from symposia.evaluators.task import Item

GOAL = "i3 c2 s1"
TALK = (
    Turn("user", "want i3 s1"),
    Turn("assistant", "ask color please ?"),
    Turn("user", "c2"),
    Turn("assistant", "ans i3 c0 s1"),
)


def rewarding(messages: int = 4, by: Any = score) -> Rewarding:
    """Rewards by the scripted user and an assistant that asks for all."""
    team: Team[Any] = Team({"user": User("user"), "assistant": Scripted("asks")})
    return Rewarding(Futures(team, count=2, messages=messages), by, WEIGHTS)


def test_each_turn_is_worth_what_its_futures_are_and_not_what_was_said_later() -> None:
    found = asyncio.run(rewards(rewarding(), Item(GOAL, "", GOAL), TALK))
    assert [one.reward.value for one in found if one.reward] == pytest.approx([0.84, -0.08])


def test_without_a_window_a_conversation_is_scored_as_it_stands() -> None:
    found = asyncio.run(rewards(rewarding(0), Item(GOAL, "", GOAL), TALK))
    assert [one.reward.value for one in found if one.reward] == pytest.approx([-0.08, -0.08])


def test_an_agent_replies_with_the_reward_through_any_team() -> None:
    team: Team[Any] = Team({"critic": RewardAgent("critic", rewarding())})
    respond = Respond(goal=GOAL, reference=GOAL, turns=TALK[:2])
    found = asyncio.run(team.send("critic", respond, MultiturnReward))
    assert found.value == pytest.approx(0.84)
    assert found.futures == pytest.approx((0.84, 0.84))


async def fails(item: Item, future: Future, place: str) -> dict[str, float | None]:
    """A score that could not be taken."""
    return {"right": None, "tokens": 4.0}


async def half(item: Item, future: Future, place: str) -> dict[str, float | None]:
    """A judge that fails at every other future."""
    return {"right": None if place.endswith("0") else 1.0, "tokens": 4.0}


async def broken(item: Item, future: Future, place: str) -> dict[str, float | None]:
    """A score that is no number."""
    return {"right": float("nan"), "tokens": 4.0}


def test_a_judge_that_fails_half_of_the_time_leaves_the_other_half() -> None:
    (found, _) = asyncio.run(rewards(rewarding(by=half), Item(GOAL, "", GOAL), TALK))
    assert found.reward is not None
    assert (found.reward.futures, found.reward.value) == ((None, pytest.approx(0.92)), pytest.approx(0.92))


def test_what_cannot_be_scored_is_no_zero() -> None:
    (found, _) = asyncio.run(rewards(rewarding(by=fails), Item(GOAL, "", GOAL), TALK))
    assert found.reward is None
    team: Team[Any] = Team({"critic": RewardAgent("critic", rewarding(by=fails))})
    with pytest.raises(BadData, match="none of 2 futures could be scored"):
        asyncio.run(team.send("critic", Respond(goal=GOAL, reference=GOAL, turns=TALK[:2]), MultiturnReward))


def test_a_reward_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadData, match=r"right of future 0 is nan. Return a number, or None"):
        asyncio.run(rewards(rewarding(by=broken), Item(GOAL, "", GOAL), TALK))


def test_a_conversation_without_the_assistant_has_no_response() -> None:
    with pytest.raises(BadData, match="recorded: no turn of the assistant"):
        asyncio.run(rewards(rewarding(), Item(GOAL, "", GOAL), TALK[:1]))
