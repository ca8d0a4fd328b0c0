"""The multiturn-aware reward of scripted conversations: numbers of the original package and of the closed form.

Goal (i3, c2, s1), weights 1 for a right answer and -0.02 for a word of the assistant in the session, two futures.
"""

import asyncio

import pytest
from symposia.agents import Team, Turn
from symposia.evaluators.clarification.assistants import Scripted
from symposia.evaluators.clarification.scores import right
from symposia.evaluators.clarification.user import User
from symposia.evaluators.multiturn.amount import Amount
from symposia.evaluators.multiturn.futures import Candidate, Future, Futures
from symposia.evaluators.multiturn.rewarding import Rewarded, Rewarding
from symposia.evaluators.task import Item

SESSION = Amount(scope="session", roles="assistant", count="words", per=1)
WEIGHTS = {"right": 1.0, "tokens": -0.02}
LOSES = (-0.08,) * 5

GOLDEN = (
    ("want i3 c2 s1", "ans i3 c2 s1", "guesses", (0.92,) * 5, (2, 3, 3, 3, 3)),
    ("want i3", "ans i3 c0 s0", "asks", LOSES, (2, 3, 3, 3, 3)),
    ("want i3 c2 s1", "ask color please ?", "asks", (-0.08, -0.08, 0.84, 0.84, 0.84), (2, 3, 4, 5, 5)),
    ("want i3 s1", "ask color please ?", "asks", (-0.08, -0.08, 0.84, 0.84, 0.84), (2, 3, 4, 5, 5)),
    ("want i3 s1", "ask color please ?", "guesses", (-0.08, -0.08, 0.84, 0.84, 0.84), (2, 3, 4, 5, 5)),
    ("want i3 s1", "ask size please ?", "asks", (-0.08, -0.08, -0.16, -0.16, 0.76), (2, 3, 4, 5, 6)),
    ("want i3 s1", "ask size please ?", "guesses", (-0.08, -0.08, -0.16, -0.16, -0.16), (2, 3, 4, 5, 5)),
    ("want i3", "ask color please ?", "asks", (-0.08, -0.08, -0.16, -0.16, 0.76), (2, 3, 4, 5, 6)),
    ("want i3", "ask size please ?", "guesses", (-0.08, -0.08, -0.16, -0.16, -0.16), (2, 3, 4, 5, 5)),
)


async def score(item: Item, future: Future, place: str) -> dict[str, float | None]:
    """The scores of a future, tokens counted over the whole session as the original does."""
    return {"right": float(right(item, future.turns)), "tokens": SESSION.of(future.turns, future.response)}


def rewarded(opening: str, response: str, policy: str, messages: int, count: int = 2) -> Rewarded:
    """A response with its futures."""
    item = Item("i3 c2 s1", "", "i3 c2 s1", history=(Turn("user", opening),))
    team = Team({"user": User("user"), "assistant": Scripted(policy)})  # type: ignore[arg-type,dict-item]
    candidate = Candidate(item, (*item.history, Turn("assistant", response)), "q0")
    rewarding = Rewarding(Futures(team, count=count, messages=messages), score, WEIGHTS)
    (found,) = asyncio.run(rewarding([candidate]))
    return found


def length(future: Future) -> int:
    """The number of messages, the one that ends the conversation included."""
    return len(future.turns) + (future.closing is not None)


@pytest.mark.parametrize("messages", range(5))
@pytest.mark.parametrize(("opening", "response", "policy", "rewards", "lengths"), GOLDEN)
def test_a_response_is_worth_what_the_original_says(  # noqa: PLR0913 - a row of the table
    opening: str, response: str, policy: str, rewards: tuple[float, ...], lengths: tuple[int, ...], messages: int
) -> None:
    found = rewarded(opening, response, policy, messages)
    assert found.reward is not None
    assert found.reward.value == pytest.approx(rewards[messages])
    assert found.reward.futures == pytest.approx((rewards[messages],) * 2)
    assert [length(future) for future in found.futures] == [lengths[messages]] * 2


def test_the_number_of_futures_changes_nothing_where_nobody_draws() -> None:
    values = {rewarded("want i3 s1", "ask color please ?", "asks", 4, count).reward.value for count in (1, 2, 7)}  # type: ignore[union-attr]
    assert len(values) == 1


def test_a_window_beyond_the_end_changes_nothing() -> None:
    near, far = (rewarded("want i3 s1", "ask color please ?", "asks", window) for window in (3, 40))
    assert [one.turns for one in near.futures] == [one.turns for one in far.futures]


async def test_equal_responses_to_one_prompt_share_their_futures_where_that_is_asked_for() -> None:
    item = Item("i3 c2 s1", "", "i3 c2 s1", history=(Turn("user", "want i3"),))

    def candidates(prompts: str) -> list[Candidate]:
        says = ["ask color please ?", "ask size please ?", "ask color please ?"]
        turns = [(*item.history, Turn("assistant", one)) for one in says]
        return [
            Candidate(item, said, f"q0/{place}", prompt)
            for place, (said, prompt) in enumerate(zip(turns, prompts, strict=True))
        ]

    async def calls(once: bool, prompts: str) -> tuple[int, list[float]]:
        team = Team({"user": User("user"), "assistant": Scripted("asks")})  # type: ignore[arg-type,dict-item]
        rewarding = Rewarding(Futures(team, count=2, messages=4), score, WEIGHTS, once=once)
        found = await rewarding(candidates(prompts))
        return len(team.context.trace.events), [one.reward.value for one in found if one.reward is not None]

    each, values = await calls(once=False, prompts="ppp")
    shared, same = await calls(once=True, prompts="ppp")
    assert values == same
    assert 3 * shared == 2 * each
    assert await calls(once=True, prompts="pqr") == (each, values)
