"""Data building, against counts and scores of the original package run with scripted agents."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Team, Turn
from symposia.agents.context import Context
from symposia.agents.dialogue.prompts import Speak, Spoken
from symposia.agents.event import CONDUCTOR
from symposia.agents.message import Request, Sampling
from symposia.evaluators.clarification.assistants import Scripted
from symposia.evaluators.clarification.scores import right
from symposia.evaluators.clarification.user import User
from symposia.evaluators.multiturn.amount import Amount
from symposia.evaluators.multiturn.futures import Future, Futures
from symposia.evaluators.multiturn.metrics import Score
from symposia.evaluators.multiturn.rewarding import Rewarding
from symposia.evaluators.task import Item
from symposia.trainers.multiturn.building import Building
from symposia.trainers.multiturn.dialogue import Dialogue
from symposia.trainers.multiturn.engine import Engine

WEIGHTS = {"right": 1.0, "tokens": -0.02}


class Opens(User):
    """The user of the game, who also says the opening."""

    opening = "want i3 c2 s1"

    async def receive(self, message: Any) -> Any:
        prompt = message.prompt if isinstance(message, Request) else None
        if isinstance(prompt, Speak) and "user:" not in prompt.transcript:
            return Spoken(text=self.opening, ends=False)
        return await super().receive(message)


class Vague(Opens):
    """The same, with an opening that leaves out both slots."""

    opening = "want i3"


class Endless(User):
    """A user who always wants more."""

    async def receive(self, message: Any) -> Any:
        return Spoken(text="more", ends=False)


class Yes:
    """An assistant that says yes."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling) -> Answer:
        return Answer(text="yes")


def scoring(scope: str) -> Score:
    """The scores of the game, with tokens in this scope."""
    amount = Amount(scope=scope, roles="assistant", count="words", per=1)  # type: ignore[arg-type]

    async def score(item: Item, future: Future, place: str) -> dict[str, float | None]:
        return {"right": float(right(item, future.turns)), "tokens": amount.of(future.turns, future.response)}

    return score


def build(  # noqa: PLR0913 - all that a conversation depends on
    user: User,
    assistant: Any,
    *,
    history: tuple[Turn, ...] = (),
    scope: str = "session",
    count: int = 3,
    window: int = 4,
    cap: int = 14,
) -> tuple[Dialogue, int]:
    """A conversation of two candidates a turn, and the number of calls that it took."""
    context = Context(sampling=Sampling(temperature=1.0))
    team: Team[Any] = Team({"user": user, "assistant": assistant}, context=context)
    futures = Futures(team, count=count, messages=window)
    engine = Engine(Rewarding(futures, scoring(scope), WEIGHTS), Building(candidates=2, messages=cap))
    (found,) = asyncio.run(engine([Item("i3 c2 s1", "", "i3 c2 s1", history=history)]))
    return found, sum(event.sender == CONDUCTOR for event in context.trace.events)


@pytest.mark.parametrize(
    ("user", "policy", "cap", "turns", "calls"),
    [
        (Opens, "asks", 14, [1], 9),
        (Vague, "asks", 14, [1, 3, 5], 55),
        (Vague, "asks", 3, [1], 27),
        (Vague, "asks", 4, [1, 3], 47),
        (Vague, "guesses", 14, [1], 9),
    ],
)
def test_a_conversation_takes_the_calls_that_the_original_takes(
    user: type[User], policy: str, cap: int, turns: list[int], calls: int
) -> None:
    found, made = build(user("user"), Scripted(policy), cap=cap)  # type: ignore[arg-type]
    assert [len(step.prompt) for step in found.steps] == turns
    assert made == calls


@pytest.mark.parametrize(("scope", "scores"), [("session", [0.76, 0.76, 0.76]), ("future", [0.76, 0.84, 0.92])])
def test_tokens_count_in_the_scope_that_is_asked_for(scope: str, scores: list[float]) -> None:
    found, _ = build(Vague("user"), Scripted("asks"), scope=scope)
    assert [step.responses[0].score for step in found.steps] == pytest.approx(scores)
    assert found.stop == "ended"


def test_the_best_candidate_is_said_ties_to_the_first() -> None:
    found, _ = build(Vague("user"), Scripted("asks"))
    assert [step.said for step in found.steps] == [0, 0, 0]


def test_without_a_window_the_user_is_asked_for_the_next_message() -> None:
    found, _ = build(Vague("user"), Scripted("asks"), window=0)
    assert [len(step.prompt) for step in found.steps] == [1, 3, 5]


def test_candidates_of_one_prompt_meet_a_user_who_draws_the_same() -> None:
    user, history = User("user", noise=0.5), (Turn("user", "want i3"),)
    found, _ = build(user, Scripted("asks"), history=history, count=20, cap=3)
    first, second = found.steps[0].responses
    assert first.sessions == second.sessions
    assert len(set(first.sessions)) > 1


def test_a_simulator_that_never_stops_meets_the_limit() -> None:
    found, _ = build(Endless("user"), Yes(), cap=6)
    assert (found.stop, len(found.steps)) == ("limit", 3)


def test_of_several_longest_futures_the_last_is_followed_as_in_the_original() -> None:
    said = (Turn("user", "want i3"), Turn("assistant", "ask color please ?"))
    futures = [
        Future(turns=(*said, *(Turn("user", text) for text in texts)), response=1, stop="window")
        for texts in (("short",), ("first", "x"), ("last", "x"))
    ]
    team: Team[Any] = Team({"user": Vague("user"), "assistant": Yes()})
    engine = Engine(Rewarding(Futures(team), scoring("session"), WEIGHTS), Building(follow="longest"))
    followed = asyncio.run(engine.followed(Item("i3 c2 s1", "", ""), said, futures, "q0"))
    assert followed == (*said, Turn("user", "last"))
