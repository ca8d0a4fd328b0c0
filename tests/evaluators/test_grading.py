"""Grading: what a plain grader becomes, what a judge says, and what is refused."""

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError
from symposia.agents import Answer, Team
from symposia.agents.errors import BadData, BadScenario, UnknownName
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator, alone
from symposia.evaluators.grading import Grade, find, grader_of, judge_named, needs_judges
from symposia.evaluators.task import Item
from symposia.tests.support.doubles import Failing
from symposia.tests.support.tasks import Exact, items

FOUR = Item(question="2 + 2?", form="", gold="4")


class Generous(Exact):
    """Scores more than there is."""

    def grade(self, item: Item, text: str) -> float:
        return 2.0


def grader(grade: Any, **more: Any) -> Any:
    """A module with this function."""
    return SimpleNamespace(__file__="lab/grader.py", grade=grade, **more)


async def graded(module: Any, text: str = "4", **options: Any) -> Grade:
    return await grader_of(module, options)(FOUR, Answer(text=text), None)


async def test_a_plain_function_grades_without_ceremony() -> None:
    exact = grader(lambda item, text: text == item.gold)
    assert await graded(exact) == Grade(score=1.0)
    assert await graded(exact, "5") == Grade(score=0.0)
    assert not needs_judges(exact)


async def test_a_plain_function_may_return_a_grade_and_take_options() -> None:
    def grade(item: Item, text: str, *, worth: float) -> Grade:
        return Grade(score=worth, parts={"length": float(len(text))}, parsed="four")

    found = await graded(grader(grade), "4", worth=0.25)
    assert found == Grade(score=0.25, parts={"length": 1.0}, parsed="four")


async def test_an_asynchronous_grader_gets_answer_judges_and_options() -> None:
    async def grade(item: Item, answer: Answer, judges: Team[Any] | None, *, strict: bool) -> Grade:
        return Grade(score=1.0, verdict=f"{item.gold} {answer.text} {judges} {strict}")

    module = grader(grade)
    assert (await graded(module, "5", strict=True)).verdict == "4 5 None True"
    assert needs_judges(module)


async def test_an_asynchronous_grader_that_takes_no_judges_asks_none() -> None:
    async def grade(item: Item, answer: Answer, *, worth: float = 0.5) -> Grade:
        return Grade(score=worth, verdict=answer.text)

    assert await graded(grader(grade), "5", worth=0.25) == Grade(score=0.25, verdict="5")
    assert not needs_judges(grader(grade))


def test_a_reason_is_that_of_an_unscored_answer() -> None:
    with pytest.raises(ValidationError, match="no reason for having none"):
        Grade(score=1.0, reason="invalid_verdict")
    with pytest.raises(ValidationError, match="reason"):
        Grade(why="it rained", reason="rain")  # type: ignore[arg-type]


@pytest.mark.parametrize("score", [1.5, -0.1, float("nan")])
async def test_a_score_outside_of_the_usual_range_is_an_error(score: float) -> None:
    with pytest.raises(BadData) as raised:
        await graded(grader(lambda item, text: score))
    assert str(raised.value) == (
        f"lab/grader.py: a score of {score:g} for item {FOUR.id}. Its scores are from 0 to 1: declare others with "
        "RANGE = (low, high)."
    )


async def test_a_task_that_is_no_module_is_called_by_its_class() -> None:
    with pytest.raises(BadData, match=r"^Generous: a score of 2 for item"):
        await graded(Generous())


async def test_a_declared_range_is_the_one_that_counts() -> None:
    declared = {"RANGE": (-1.0, 10.0)}
    assert (await graded(grader(lambda item, text: 10, **declared))).score == 10.0
    with pytest.raises(BadData, match=r"a score of 10.5 .* from -1 to 10:"):
        await graded(grader(lambda item, text: 10.5, **declared))


def test_a_search_is_bounded_by_the_range_of_whoever_grades() -> None:
    own = grader_of(grader(lambda item, text: 7, RANGE=(0.0, 10.0)))
    assert Dev(Evaluator(Exact(), grader=own), items("4")).bounds == (0.0, 10.0)
    assert Dev(Evaluator(Exact()), items("4")).bounds == (0.0, 1.0)


@pytest.mark.parametrize("grade", [{}, {"score": 1.0, "why": "no"}])
def test_a_grade_has_a_score_or_a_reason(grade: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a grade has a score, or else a reason"):
        Grade(**grade)


def test_a_module_without_grade_is_no_grader() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'correct'"):
        find("corect")


def test_a_judge_is_the_first_one_unless_named() -> None:
    judges = Team({"ann": Scripted("yes"), "bob": Scripted("no")})
    assert judge_named(judges, None, where="correct") == (judges, "ann")
    assert judge_named(judges, "bob", where="correct") == (judges, "bob")
    with pytest.raises(UnknownName, match="Did you mean 'bob'"):
        judge_named(judges, "bop", where="correct")
    with pytest.raises(BadScenario) as raised:
        judge_named(None, None, where="correct")
    assert str(raised.value) == (
        "correct: asks a judge, and the scenario has none. Name one: judges: [{name: .., model: ..}]."
    )


async def judged(judge: Any, *golds: str) -> list[Any]:
    correct = grader_of(find("correct"))
    team, judges = Team({"amber": Scripted(*golds)}), Team({"judge": judge}, question="judges")
    return await Evaluator(Exact(), grader=correct, judges=judges)(team, alone, items(*golds), stage="test")


async def test_a_judge_is_asked_at_a_place_of_its_own_and_counted_apart() -> None:
    (sample,) = await judged(Scripted("yes"), "4")
    assert (sample.score, sample.verdict, sample.why) == (1.0, "yes", None)
    assert sample.usage.calls == 1
    assert sample.judging is not None
    assert (sample.judging.calls, sample.judging.completion_tokens) == (1, 1)


async def test_a_judge_that_fails_leaves_the_answer_unscored_and_the_others_go_on() -> None:
    samples = await judged(Failing(), "4", "5")
    assert [(one.score, one.output) for one in samples] == [(None, "4"), (None, "5")]
    assert samples[0].why is not None
    assert samples[0].why.startswith("judging failed: judge")
    assert samples[0].reason == "judge_failed"
    assert "out of ink" in samples[0].why


async def test_a_judge_that_says_neither_leaves_the_answer_unscored() -> None:
    (sample,) = await judged(Scripted("perhaps"), "4")
    assert (sample.score, sample.reason) == (None, "invalid_verdict")
    assert sample.why == "judge: said neither yes nor no."


async def test_a_score_out_of_range_ends_the_run() -> None:
    wild = grader_of(grader(lambda item, text: 3.0))
    with pytest.raises(BadData, match=r"lab/grader\.py: a score of 3 for item"):
        await Evaluator(Exact(), grader=wild)(Team({"amber": Scripted("4")}), alone, items("4"), stage="test")
