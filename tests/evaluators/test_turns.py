"""Questions of several turns: each is asked when the one before is answered, and each answer is graded."""

from dataclasses import replace
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.budget import Budget
from symposia.agents.context import Context
from symposia.agents.message import Request
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.evaluator import Evaluator, alone
from symposia.evaluators.grading import Grade, find, grader_of
from symposia.evaluators.sample import Sample
from symposia.evaluators.task import Item
from symposia.evaluators.turns import combined
from symposia.tests.support.tasks import Exact

ITEM = Item("2 + 2?", "Be short.", {"turns": [{"reference": "4"}, {"reference": "6"}]}, further=("And 3 + 3?",))


async def evaluated(team: Team[Any], judge: Scripted, answer: Any = alone) -> Sample:
    evaluator = Evaluator(
        Exact(), grader=grader_of(find("mt_bench")), judges=Team({"ann": judge}, context=team.context)
    )
    (sample,) = await evaluator(team, answer, [ITEM], stage="test")
    return sample


async def test_the_second_turn_follows_the_first_answer() -> None:
    amber, judge = Scripted("four", "six"), Scripted("[[8]]", "[[6]]")
    team = Team({"amber": amber})
    sample = await evaluated(team, judge)
    assert (sample.earlier, sample.output, sample.usage.calls) == (("four",), "six", 2)
    assert (sample.score, sample.parts) == (7.0, {"turn 1": 8.0, "turn 2": 6.0})
    assert sample.judging is not None
    assert sample.judging.calls == 2
    assert "User: 2 + 2?\n\nAssistant: four\n\nUser: And 3 + 3?" in judge.prompts[1]
    requests = [event for event in team.context.trace.events if isinstance(event.message, Request)]
    assert [(event.question, event.to) for event in requests] == [
        ("test/0", "amber"),
        ("test/0/turn-2", "amber"),
        ("test/0/grade", "ann"),
        ("test/0/turn-2/grade", "ann"),
    ]
    second = requests[1].message
    assert isinstance(second, Request)
    assert [turn.text for turn in second.prompt.turns()] == ["2 + 2?", "four", "And 3 + 3?\n\nBe short."]


async def test_a_protocol_that_quotes_the_question_quotes_the_conversation() -> None:
    async def quoting(team: Any, question: Any) -> Answer:
        said: Answer = await team.ask("amber", Ask(text=f"Think: {question.text}"))
        return said

    amber = Scripted("four", "six")
    await evaluated(Team({"amber": amber}), Scripted("[[8]]", "[[6]]"), quoting)
    assert amber.prompts == ["Think: 2 + 2?", "Think: User: 2 + 2?\n\nAssistant: four\n\nUser: And 3 + 3?"]


async def test_an_invalid_verdict_drops_its_turn_alone() -> None:
    sample = await evaluated(Team({"amber": Scripted("four", "six")}), Scripted("[[8]]", "Hm.", "Hm."))
    assert (sample.score, sample.parts) == (8.0, {"turn 1": 8.0})
    assert sample.verdict == "turn 1: 8\nturn 2: Hm.\n\nHm."
    both = await evaluated(Team({"amber": Scripted("four", "six")}), Scripted(*["Hm."] * 4))
    assert (both.score, both.reason) == (None, "invalid_verdict")


async def test_a_turn_that_fails_ends_its_question() -> None:
    context = Context(budget=Budget(calls=1))

    async def twice(team: Any, question: Any) -> Answer:
        said = await team.ask("amber", question)
        return said if question.text == "2 + 2?" else await team.ask("amber", question)

    sample = await evaluated(Team({"amber": Scripted("four", "six")}, context=context), Scripted(), twice)
    assert (sample.stop, sample.score, sample.output, sample.earlier) == ("budget", None, "", ("four",))
    assert sample.usage.calls == 2


async def test_a_refusal_of_the_first_turn_ends_its_question() -> None:
    asked: list[str] = []

    async def refusing(team: Any, question: Any) -> Answer:
        asked.append(question.text)
        return Answer(text="No.", finish="refused")

    sample = await evaluated(Team({"amber": Scripted()}), Scripted(), refusing)
    assert (sample.stop, sample.score, sample.output, asked) == ("refused", None, "No.", ["2 + 2?"])


@pytest.mark.parametrize("changed", [replace(ITEM, further=()), replace(ITEM, further=("And 4?",))])
def test_the_further_turns_are_part_of_the_identity(changed: Item) -> None:
    assert changed.id != ITEM.id


def test_the_parts_of_a_turn_are_named_by_it() -> None:
    one, two = Grade(score=1.0, parts={"facts": 0.5}, verdict="a"), Grade.unscored("ann: ..", reason="judge_failed")
    found = combined([one, two])
    assert found.parts == {"turn 1": 1.0, "turn 1, facts": 0.5}
    assert (found.score, found.verdict) == (1.0, "turn 1: a\nturn 2: ann: ..")
