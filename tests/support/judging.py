"""A judge with a script, asked by a grader."""

from typing import Any

from symposia.agents import Answer, Team
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.grading import Grade, find, grader_of
from symposia.evaluators.task import Item


async def judged(grader: str, item: Item, text: str | Answer, *said: str, **options: Any) -> tuple[Grade, list[str]]:
    """The grade of an answer by a scripted judge, and the prompts that the judge read."""
    judge = Scripted(*said)
    answer = text if isinstance(text, Answer) else Answer(text=text)
    grade = await grader_of(find(grader), options)(item, answer, Team({"ann": judge}))
    return grade, judge.prompts
