"""Data building, against counts and scores of the original package run with scripted agents."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from symposia.agents import Team, Turn
from symposia.agents.context import Context
from symposia.agents.dialogue.prompts import Speak, Spoken
from symposia.agents.event import CONDUCTOR
from symposia.agents.message import Request, Sampling
from symposia.evaluators.clarification.assistants import Scripted
from symposia.evaluators.clarification.scores import right
from symposia.evaluators.clarification.user import User
from symposia.evaluators.multiturn.amount import Amount
from symposia.evaluators.multiturn.futures import Future, Futures
from symposia.evaluators.multiturn.rewarding import Rewarding
from symposia.evaluators.task import Item
from symposia.trainers.multiturn.dialogue import Dialogue
from symposia.trainers.multiturn.engine import Building, Engine

WEIGHTS = {"right": 1.0, "tokens": -0.02}


class Opens(User):
    """The user of the game, who also says the opening."""

    opening = "want i3 c2 s1"

    async def receive(self, message: Any) -> Any:
        if (
            isinstance(message, Request)
            and isinstance(message.prompt, Speak)
            and "user:" not in message.prompt.transcript
        ):
            return Spoken(text=self.opening, ends=False)
        return await super().receive(message)


class Vague(Opens):
    """The same, with an opening that leaves out both slots."""

    opening = "want i3"


def built(
    user: type[User], policy: str, cap: int, scope: str = "session", **settings: Any
) -> tuple[Dialogue, Counter[str]]:
    """A conversation, and the number of calls by agent."""
    amount = Amount(scope=scope, roles="assistant", count="words", per=1)  # type: ignore[arg-type]

    async def score(item: Item, future: Future, place: str) -> dict[str, float | None]:
        return {"right": float(right(item, future.turns)), "tokens": amount.of(future.turns, future.response)}

    team: Team[Any] = Team({"user": user("user"), "assistant": Scripted(policy)})  # type: ignore[arg-type]
    engine = Engine(Rewarding(Futures(team), score, WEIGHTS), Building(messages=cap, **settings))
    (found,) = asyncio.run(engine([Item("i3 c2 s1", "", "i3 c2 s1")]))
    calls = Counter(event.to for event in team.context.trace.events if event.sender == CONDUCTOR)
    return found, calls


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
    found, made = built(user, policy, cap)
    assert [len(step.prompt) for step in found.steps] == turns
    assert made.total() == calls


@pytest.mark.parametrize(("scope", "scores"), [("session", [0.76, 0.76, 0.76]), ("future", [0.76, 0.84, 0.92])])
def test_tokens_count_in_the_scope_that_is_asked_for(scope: str, scores: list[float]) -> None:
    found, _ = built(Vague, "asks", 14, scope)
    assert [step.responses[0].score for step in found.steps] == pytest.approx(scores)
    assert found.stop == "ended"


def test_the_best_candidate_is_said_ties_to_the_first() -> None:
    found, _ = built(Vague, "asks", 14)
    assert [step.said for step in found.steps] == [0, 0, 0]


def test_without_a_window_the_user_is_asked_for_the_next_message() -> None:
    async def score(item: Item, future: Future, place: str) -> dict[str, float | None]:
        return {"right": float(right(item, future.turns))}

    team: Team[Any] = Team({"user": Vague("user"), "assistant": Scripted("asks")})
    engine = Engine(Rewarding(Futures(team, messages=0), score, {"right": 1.0}))
    (found,) = asyncio.run(engine([Item("i3 c2 s1", "", "i3 c2 s1")]))
    assert [len(step.prompt) for step in found.steps] == [1, 3, 5]


def test_candidates_of_one_prompt_meet_a_user_who_draws_the_same() -> None:
    item = Item("i3 c2 s1", "", "i3 c2 s1", history=(Turn("user", "want i3"),))
    team: Team[Any] = Team(
        {"user": User("user", noise=0.5), "assistant": Scripted("asks")},
        context=Context(sampling=Sampling(temperature=1)),
    )

    async def score(item: Item, future: Future, place: str) -> dict[str, float | None]:
        return {"right": float(right(item, future.turns))}

    engine = Engine(Rewarding(Futures(team, count=20), score, {"right": 1.0}), Building(candidates=2, messages=3))
    (found,) = asyncio.run(engine([item]))
    first, second = found.steps[0].responses
    assert first.sessions == second.sessions
    assert len({session for session in first.sessions}) > 1


def test_a_simulator_that_never_stops_meets_the_limit() -> None:
    class Endless(User):
        async def receive(self, message: Any) -> Any:
            return Spoken(text="more", ends=False)

    found, _ = built(Endless, "guesses", 6) if False else built_endless(Endless)
    assert (found.stop, len(found.steps)) == ("limit", 3)


def built_endless(user: type[User]) -> tuple[Dialogue, Counter[str]]:
    """A conversation that its user never ends."""

    class Yes:
        async def write(self, turns: Any, sampling: Any = None) -> Any:
            from symposia.agents import Answer

            return Answer(text="yes")

    async def score(item: Item, future: Future, place: str) -> dict[str, float | None]:
        return {"right": 0.0}

    team: Team[Any] = Team({"user": user("user"), "assistant": Yes()})
    engine = Engine(Rewarding(Futures(team), score, {"right": 1.0}), Building(messages=6))
    (found,) = asyncio.run(engine([Item("anything", "", "x")]))
    return found, Counter()
