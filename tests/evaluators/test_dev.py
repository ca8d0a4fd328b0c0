"""The dev split: who was scored is not asked again."""

import asyncio
import gc
import weakref
from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.errors import BadData
from symposia.agents.models.base import GREEDY
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.task import Item
from symposia.tests.support.doubles import Failing, Parrot, Slow
from symposia.tests.support.said import says
from symposia.tests.support.tasks import Exact, Lottery, items, lottery

CONTEXT = Context(sampling=Sampling(max_tokens=6))


def dev_of(*golds: str) -> Dev:
    return Dev(Evaluator(Exact()), items(*golds))


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


class Blotted(Parrot):
    """Right where the question has an even number; fails at the others."""

    async def write(self, turns: Sequence[Any], sampling: Sampling = GREEDY) -> Answer:
        said = await super().write(turns, sampling)
        if said.text in ("question 1", "question 3"):
            raise ValueError("out of ink")
        return said


async def test_what_could_not_be_scored_is_left_out_of_the_mean_and_is_no_zero() -> None:
    dev, team = dev_of("question 0", "x", "wrong", "x"), Team({"a": Blotted()})
    assert await dev(team) == 0.5
    assert [one.score for one in await dev.graded(team)] == [1.0, None, 0.0, None]


async def test_a_model_of_which_nothing_could_be_scored_has_no_score() -> None:
    with pytest.raises(BadData, match=r"^dev: none of a's 2 answers could be scored\. .*out of ink"):
        await dev_of("4", "5")(Team({"a": Failing()}))


async def test_the_best_is_ranked_first_and_of_equals_the_first_in_the_team() -> None:
    team = Team({"a": Slow("x", 0), "b": Slow("4", 0), "c": Slow("x", 0), "d": Slow("4", 0)})
    assert await dev_of("4", "5").rank(team) == ["b", "d", "a", "c"]


async def test_a_team_of_two_has_no_score_of_its_own() -> None:
    team = Team({"a": Slow("4", 0), "b": Slow("5", 0)})
    with says(BadData, "dev: a team of 2 has no score of its own. Ask for one member: team.only([name])."):
        await dev_of("4")(team)


async def test_any_text_can_be_graded_as_the_answer_to_a_dev_question() -> None:
    dev = dev_of("4", "5")
    assert (await dev.grade(1, "5"), await dev.grade(0, "5")) == (1.0, 0.0)
    assert [question.text for question in dev.questions] == ["question 0", "question 1"]


async def test_gold_answers_are_told_where_they_are_texts_that_are_graded_best() -> None:
    class Forms(Exact):
        """Wants its answers after a word."""

        def grade(self, item: Item, text: str) -> float:
            return float(text == "ANSWER: B" if item.gold == "B" else text in item.gold)

    given = [Item(question=str(gold), form="", gold=gold) for gold in ("B", ["4", "four"], "4")]
    dev = Dev(Evaluator(Forms()), given)
    assert [await dev.gold(place) for place in range(3)] == [None, "4", "4"]
    assert await Dev(Evaluator(Lottery(1.0)), lottery(1)).gold(0) is None
