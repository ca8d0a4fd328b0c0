"""Builds conversations: several candidates a turn, of which the best by its multiturn-aware reward is said.

    candidates a_1 .. a_C after h;   score_c = MR(a_c | h);   said: the best one, ties to the first
    next message of the user: that of one of its futures, drawn by the seed

Wu et al. 2025 (CollabLLM), https://arxiv.org/abs/2502.00640. What differs: the original takes the next message from the
longest future, which is biased against users who are content (`follow: longest`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from ...agents import Answer, Turn
from ...agents.dialogue.talk import Talk, continued, spoken
from ...agents.seeds import derive
from ...evaluators.evaluator import QUESTION_FAILS, first_cause
from ...evaluators.multiturn.futures import Candidate, Future
from ...evaluators.multiturn.rewarding import Rewarded, Rewarding
from ...evaluators.task import Item
from .building import Building
from .dialogue import Dialogue, Response, Step


@dataclass(frozen=True)
class Engine:
    """Builds one conversation for each item; `concurrency` of them are under way at once.

    >>> from symposia.agents import Team
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.evaluators.multiturn.futures import Futures
    >>> async def right(item, future, place):
    ...     return {"right": float(future.turns[-1].text == item.gold)}
    >>> team = Team({"user": Scripted("2 + 2?", *["[[done]]"] * 4), "assistant": Scripted("5", "4")})
    >>> engine = Engine(Rewarding(Futures(team, count=1), right, {"right": 1.0}))
    >>> built = asyncio.run(engine([Item("2 + 2?", "", "4")]))
    >>> built[0].steps[0].said, built[0].stop
    (1, 'ended')
    """

    rewarding: Rewarding
    settings: Building = field(default_factory=Building)
    concurrency: int = 32

    async def __call__(self, items: Sequence[Item], *, stage: str = "build", first: int = 0) -> list[Dialogue]:
        """The conversations, in the order of the items; `first` is the number of the first one."""
        free = asyncio.Semaphore(self.concurrency)

        async def one(number: int, item: Item) -> Dialogue:
            async with free:
                return await self.built(item, number, f"{stage}/{number}")

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(number, item)) for number, item in enumerate(items, first)]
        except BaseExceptionGroup as failed:
            raise first_cause(failed) from None
        return [task.result() for task in tasks]

    async def built(self, item: Item, number: int, place: str) -> Dialogue:
        """The conversation of one item. A call that fails ends it, and what was built before is kept."""
        steps: list[Step] = []
        stop: Literal["ended", "limit", "unscored", "failed"] = "limit"
        why = None
        try:
            turns = await self.opened(item, place)
            while turns and len(turns) < self.settings.messages:
                step, futures = await self.step(item, turns, f"{place}/turn-{len(turns)}")
                steps.append(step)
                if step.said is None:
                    stop, why = "unscored", "no candidate could be scored"
                    break
                turns = (*turns, Turn("assistant", step.responses[step.said].answer.text))
                if len(turns) >= self.settings.messages:
                    break
                turns = await self.followed(item, turns, futures[step.said].futures, place)
            if not turns:
                stop = "ended"
        except QUESTION_FAILS as error:
            stop, why = "failed", str(error)
        return Dialogue(
            id=item.id,
            number=number,
            goal=item.question,
            reference=item.gold if isinstance(item.gold, str) else str(item.gold),
            metadata=dict(item.meta),
            steps=tuple(steps),
            stop=stop,
            why=why,
        )

    async def opened(self, item: Item, place: str) -> tuple[Turn, ...]:
        """The conversation up to the user's first message: the item's history, or one that the user begins.

        Empty for a user that ends it at once.
        """
        if item.history and item.history[-1].role == "user":
            return item.history
        return await self.user_after(item, item.history, f"{place}/opening")

    async def user_after(self, item: Item, turns: tuple[Turn, ...], place: str) -> tuple[Turn, ...]:
        """The conversation with a message that the user is asked for; empty where it ends the conversation."""
        futures = self.rewarding.futures
        team = futures.team.at(place)
        try:
            talk = await spoken(team, futures.roles, item.question, Talk(turns))
        finally:
            await team.close()
        return () if talk.over else talk.turns

    async def step(self, item: Item, turns: tuple[Turn, ...], place: str) -> tuple[Step, list[Rewarded]]:
        """A turn: its candidates with their rewards, and their futures."""
        names = [f"{place}/candidate-{number}" for number in range(self.settings.candidates)]
        answers = await asyncio.gather(*(self.answer(item, turns, name) for name in names))
        candidates = [
            Candidate(item, (*turns, Turn("assistant", answer.text)), name, place)
            for answer, name in zip(answers, names, strict=True)
        ]
        found = await self.rewarding(candidates)
        responses = tuple(response_of(answer, one) for answer, one in zip(answers, found, strict=True))
        return Step(prompt=turns, responses=responses, said=best(responses)), found

    async def answer(self, item: Item, turns: tuple[Turn, ...], place: str) -> Answer:
        """One candidate."""
        futures = self.rewarding.futures
        team = futures.team.at(place)
        try:
            return await team.ask(futures.roles.assistant, continued(turns, item.form))
        finally:
            await team.close()

    async def followed(
        self, item: Item, turns: tuple[Turn, ...], futures: Sequence[Future], place: str
    ) -> tuple[Turn, ...]:
        """The conversation with the user's next message, from one of the futures; empty where the user ended it.

        Without a window there are no futures to take it from, and the user is asked.
        """
        if not self.rewarding.futures.messages:
            return await self.user_after(item, turns, f"{place}/turn-{len(turns)}")
        usable = [future for future in futures if future.stop != "failed"]
        if self.settings.follow == "longest":
            # Of several, the original takes the last.
            chosen = max(reversed(usable), key=lambda future: len(future.turns) + (future.closing is not None))
        else:
            seed = derive(self.rewarding.futures.team.context.seed, place, "follow", len(turns))
            chosen = Random(seed).choice(usable)
        return chosen.turns[: len(turns) + 1] if len(chosen.turns) > len(turns) else ()


def response_of(answer: Answer, rewarded: Rewarded) -> Response:
    """A candidate with its futures and their scores."""
    reward = rewarded.reward
    rewards: dict[str, Any] = {name: tuple(one[name] for one in rewarded.scores) for name in rewarded.scores[0]}
    rewards["MR"] = () if reward is None else reward.futures
    return Response(
        answer=answer,
        score=None if reward is None else reward.value,
        sessions=tuple(session(future) for future in rewarded.futures),
        rewards=rewards,
    )


def session(future: Future) -> tuple[Turn, ...]:
    """The whole conversation, the message that ends it included, if there is one."""
    return (*future.turns, Turn("user", future.closing)) if future.closing else future.turns


def best(responses: Sequence[Response]) -> int | None:
    """The index of the best scored candidate, ties to the first; None where none was scored."""
    scored = [(number, one.score) for number, one in enumerate(responses) if one.score is not None]
    return max(scored, key=lambda pair: pair[1])[0] if scored else None
