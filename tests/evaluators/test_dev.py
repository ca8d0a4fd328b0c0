"""The dev split: who was scored is not asked again."""

import asyncio
import gc
import weakref
from collections.abc import Sequence
from typing import Any

from symposia.agents import Answer, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.models.base import GREEDY
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.task import Item
from symposia.tests.support.doubles import Parrot, Slow
from symposia.tests.support.tasks import Exact, Lottery, lottery

CONTEXT = Context(sampling=Sampling(max_tokens=6))


def dev_of(*golds: str) -> Dev:
    items = [Item(question=f"question {number}", form="", gold=gold) for number, gold in enumerate(golds)]
    return Dev(Evaluator(Exact()), items)


async def test_models_scored_at_once_are_named_in_the_order_of_the_calls() -> None:
    dev, shared = dev_of("4"), Context()
    slow, quick = Slow("4", 0.02), Slow("5", 0.0)
    scores = await asyncio.gather(dev(Team({"a": slow}, context=shared)), dev(Team({"a": quick}, context=shared)))
    assert scores == [1.0, 0.0]
    places = {event.question: event.message for event in shared.trace.events if event.sender == "a"}
    assert {place: message.text for place, message in places.items()} == {"dev/0-a/0": "4", "dev/1-a/0": "5"}  # type: ignore[attr-defined]


async def test_a_model_that_two_ask_for_at_once_is_asked_once() -> None:
    dev, model = dev_of("4", "5"), Slow("4", 0.01)
    assert await asyncio.gather(dev(Team({"a": model})), dev(Team({"b": model}))) == [0.5, 0.5]
    assert model.calls == 2


async def test_a_model_is_not_kept_alive_for_having_been_scored() -> None:
    dev = dev_of("4")
    model: Slow | None = Slow("4", 0.0)
    assert model is not None
    gone = weakref.ref(model)
    await dev(Team({"a": model}))
    model = None
    gc.collect()
    assert gone() is None
    assert await dev(Team({"b": Slow("5", 0.0)})) == 0.0


async def test_a_graded_answer_knows_its_question() -> None:
    graded = await dev_of("4").graded(Team({"a": Slow("4", 0.0)}))
    assert [(one.question, one.score) for one in graded] == [("question 0", 1.0)]


async def test_a_partial_score_is_continued_and_not_repeated() -> None:
    dev, model, shared = Dev(Evaluator(Lottery()), lottery(10)), Parrot(), Context()
    team: Team[Any] = Team({"a": model}, context=shared)
    first = await dev.graded(team, 3)
    assert (len(first), model.calls) == (3, 3)
    whole = await dev(team)
    assert model.calls == 10
    assert (await dev.graded(team))[:3] == first
    assert await dev(Team({"b": model}, context=shared)) == whole
    assert model.calls == 10
    places = [event.question for event in shared.trace.events if event.sender == "a"]
    assert sorted(places) == sorted(f"dev/0-a/{number}" for number in range(10))


async def test_a_model_whose_asking_failed_is_asked_anew() -> None:
    class Broken(Parrot):
        async def write(self, turns: Sequence[Any], sampling: Sampling = GREEDY) -> Answer:
            said = await super().write(turns, sampling)
            if self.calls == 2:
                raise KeyError("once")
            return said

    dev, model = Dev(Evaluator(Lottery(), concurrency=1), lottery(3)), Broken()
    team: Team[Any] = Team({"a": model})
    assert [one.score is None for one in await dev.graded(team)] == [False, True, False]
    assert "once" in str((await dev.graded(team))[1].why)
