"""A team at every item of a task: what becomes a score, and what a reason for having none."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.budget import Budget
from symposia.agents.context import Context
from symposia.agents.errors import ModelUnavailable
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.evaluator import Evaluator, alone
from symposia.evaluators.sample import Sample
from symposia.tests.support.doubles import Failing, Parrot, Slow
from symposia.tests.support.tasks import Exact, items


class Refusing:
    """Refuses, in words that would be right."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        return Answer(text="4", finish="refused")


async def evaluated(model: Any, *golds: str, **context: Any) -> list[Sample]:
    team = Team({"amber": model}, context=Context(**context))
    return await Evaluator(Exact())(team, alone, items(*golds), stage="test")


async def test_an_answer_is_read_and_graded() -> None:
    right, wrong = await evaluated(Scripted("4", "4"), "4", "5")
    assert (right.score, wrong.score) == (1.0, 0.0)
    assert (right.output, right.parsed, right.gold, right.why, right.stop) == ("4", "4", "4", None, "done")
    assert right.usage.calls == 1


async def test_a_refused_answer_is_unscored_and_says_so() -> None:
    (refused,) = await evaluated(Refusing(), "4")
    assert (refused.score, refused.parsed, refused.output, refused.stop) == (None, None, "4", "refused")
    assert refused.why == "test/0: the model refused to answer."


async def test_an_answer_that_fails_is_unscored_and_not_wrong() -> None:
    (failed,) = await evaluated(Failing(), "4")
    assert (failed.score, failed.parsed, failed.output, failed.stop) == (None, None, "", "failed")
    assert failed.why is not None
    assert failed.why.startswith("amber")
    assert "out of ink" in failed.why


async def test_a_spent_budget_stops_the_question_and_is_called_that() -> None:
    async def twice(team: Team[Any], question: Ask) -> Answer:
        await team.ask("amber", question)
        return await team.ask("amber", question)

    team = Team({"amber": Parrot()}, context=Context(budget=Budget(calls=1)))
    (spent,) = await Evaluator(Exact())(team, twice, items("4"), stage="test")
    assert (spent.score, spent.stop) == (None, "budget")
    assert spent.why == "test/0: amber: the budget of 1 calls is spent (1). Raise budget.calls."


async def test_why_a_protocol_stopped_is_kept() -> None:
    async def agreed(team: Team[Any], question: Ask) -> Answer:
        said = await team.ask("amber", question)
        team.stop("consensus")
        return said

    team = Team({"amber": Scripted("4")})
    (sample,) = await Evaluator(Exact())(team, agreed, items("4"), stage="test")
    assert (sample.stop, sample.score) == ("consensus", 1.0)


async def test_a_sample_says_how_long_its_question_took() -> None:
    (slow,) = await evaluated(Slow("4", 0.05), "4")
    assert 0.05 <= slow.seconds < 5


async def test_what_concerns_all_questions_ends_the_run() -> None:
    class Gone:
        async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
            raise ModelUnavailable("amber: no answer. Start its server.")

    with pytest.raises(ModelUnavailable, match=r"^amber: no answer\. Start its server\.$"):
        await evaluated(Gone(), "4", "5")


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_no_more_questions_are_open_than_allowed_and_samples_keep_their_order(concurrency: int) -> None:
    open_now, most = 0, 0

    async def watched(team: Team[Any], question: Ask) -> Answer:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0)
        said = await team.ask("amber", question)
        open_now -= 1
        return said

    seen: list[tuple[str, str]] = []
    evaluator = Evaluator(Exact(), concurrency, lambda stage, sample: seen.append((stage, sample.question)))
    samples = await evaluator(Team({"amber": Parrot()}), watched, items(*"abcdef"), stage="test")
    assert most == concurrency
    assert [sample.question for sample in samples] == [f"question {number}" for number in range(6)]
    assert sorted(seen) == [("test", f"question {number}") for number in range(6)]
