"""The grader that asks a judge whether an answer is right."""

from collections.abc import Sequence

import pytest
from symposia.agents import Answer, Team, Turn
from symposia.agents.message import Choice
from symposia.agents.models.absent import Absent
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.graders.correct import grade
from symposia.evaluators.grading import Grade
from symposia.evaluators.task import Item

ITEM = Item(question="2 + 2?", form="", gold="4")
SAID = Answer(text="four")


@pytest.mark.parametrize(
    ("verdict", "score"), [("yes", 1.0), ("Yes.", 1.0), ("no", 0.0), ("no, not yes", 0.0), ("No, not yes.", 0.0)]
)
async def test_what_the_judge_writes_is_the_score(verdict: str, score: float) -> None:
    found = await grade(ITEM, SAID, Team({"judge": Scripted(verdict)}))
    assert found == Grade(score=score, verdict=verdict.partition(",")[0].rstrip(".").lower())


async def test_the_judge_sees_question_gold_and_answer() -> None:
    judge = Scripted("yes")
    await grade(ITEM, SAID, Team({"judge": judge}))
    assert judge.prompts == [
        "Question:\n2 + 2?\n\nRight answer: 4\nGiven answer: four\n\n"
        "Is the given answer right? Reply with yes or no and nothing else."
    ]


async def test_another_judge_can_be_named() -> None:
    judges = Team({"ann": Scripted("yes"), "bob": Scripted("no")})
    assert (await grade(ITEM, SAID, judges, judge="bob")).score == 0.0


async def test_neither_word_is_no_score() -> None:
    found = await grade(ITEM, SAID, Team({"judge": Scripted("yesterday")}))
    assert found == Grade.unscored("judge: said neither yes nor no.", reason="invalid_verdict")


class Unsure(Absent):
    """Shows distributions: it would write yes, and finds no likelier."""

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        return Choice(labels=tuple(labels), logprobs=(-2.0, -1.0))


async def test_a_judge_that_shows_log_probabilities_is_read_by_them() -> None:
    assert (await grade(ITEM, SAID, Team({"judge": Unsure("judge")}))).verdict == "no"
