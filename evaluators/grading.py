"""Grading of answers: by a pure function of the text, by a program, or by models, asked through a team of judges.

A task, or a grader in its place, has one of these functions:

    grade(item, text) -> float                              pure: the score of a reply
    async grade(item, answer) -> Grade                      waits for something that is no model, as a sandbox
    async grade(item, answer, judges) -> Grade              asks the judges, a team; every call is traced and replayed

They are all lifted into the last form. A score lies in the task's declared range, `RANGE = (0.0, 1.0)` unless it says
otherwise. An answer that cannot be graded is unscored, never zero: `Grade.unscored(why, reason=..)`.

Of a grader that asks judges, reports show what its `summary(samples) -> list[Fact]` returns, if it has one, and, if it
says `CONTROLS = True`, the scores that judges give to replies which deserve the least one (`judging/controls.py`). What
its `details(samples)` returns, which may be long, is in `judges.json` beside the report.
"""

from collections.abc import Awaitable, Callable, Mapping
from inspect import iscoroutinefunction, signature
from typing import Any, Final, Self, TypeAlias

from pydantic import Field, model_validator

from ..agents import Answer, Team
from ..agents.errors import BadData, BadScenario
from ..agents.frozen import Frozen, is_empty
from ..agents.registry import GRADERS
from ..agents.registry import find as find_module
from .sample import Reason
from .task import Item

Grader: TypeAlias = Callable[[Item, Answer, "Team[Any] | None"], Awaitable["Grade"]]
"""Grades an answer to an item; `judges` is None where a scenario names none."""

RANGE: Final = (0.0, 1.0)
"""The range of an item's score, where a task declares none."""

ASKED: Final = "judges"
"""The parameter of an asynchronous `grade` that asks models."""

DECLARED: Final = "RANGE"
"""The attribute by which a task, a grader or its asynchronous form declares another range."""


class Grade(Frozen, tag="grade/1"):
    """The grade of an answer: a score, or `why` there is none, a sentence, and its `reason`, a word.

    `parsed` is the answer as parsed by the grader, where it parses itself; `parts` are the scores of criteria by name;
    `verdict` is the text of a judge.

    >>> Grade(score=0.5, parts={"facts": 1.0, "style": 0.0}).score
    0.5
    >>> Grade.unscored("judge: said neither yes nor no.", reason="invalid_verdict").reason
    'invalid_verdict'
    """

    score: float | None = None
    parts: Mapping[str, float] = {}
    parsed: str | None = None
    verdict: str | None = None
    why: str | None = None
    reason: Reason | None = Field(default=None, exclude_if=is_empty)

    @classmethod
    def unscored(cls, why: str, *, reason: Reason | None = None, verdict: str | None = None) -> Self:
        """A grade without a score; no `reason` is given where there was no answer to grade."""
        return cls(why=why, reason=reason, verdict=verdict)

    @model_validator(mode="after")
    def _scored_or_explained(self) -> Self:
        if (self.score is None) == (self.why is None):
            raise ValueError("a grade has a score, or else a reason (why) for having none")
        if self.reason is not None and self.why is None:
            raise ValueError("a grade with a score has no reason for having none")
        return self


def grader_of(module: Any, options: Mapping[str, Any] | None = None) -> Grader:  # noqa: ANN401 - a task or a grader
    """The `grade` of a task or grader in its asynchronous form, with its options bound.

    Grading raises `BadData` for a score outside of the declared range.
    """
    grade, bounds, given = module.grade, range_of(module), dict(options or {})
    waits, asks = iscoroutinefunction(grade), needs_judges(module)

    async def graded(item: Item, answer: Answer, judges: Team[Any] | None) -> Grade:
        if waits:
            found = await grade(item, answer, *([judges] if asks else []), **given)
        else:
            found = grade(item, answer.text, **given)
        result = found if isinstance(found, Grade) else Grade(score=float(found))
        if result.score is not None and not bounds[0] <= result.score <= bounds[1]:
            raise BadData(
                f"{place_of(module)}: a score of {result.score:g} for item {item.id}. Its scores are from "
                f"{bounds[0]:g} to {bounds[1]:g}: declare others with RANGE = (low, high)."
            )
        return result

    setattr(graded, DECLARED, bounds)
    return graded


def range_of(grades: object) -> tuple[float, float]:
    """The declared score range of a task or a grader, be it a module or its asynchronous form."""
    bounds: tuple[float, float] = getattr(grades, DECLARED, RANGE)
    return bounds


def place_of(module: object) -> str:
    """The name of a task or a grader in errors: its file, where it is a module."""
    return str(getattr(module, "__file__", None) or type(module).__name__)


def needs_judges(module: Any) -> bool:  # noqa: ANN401 - a task or a grader
    """True if a task or grader asks models: its asynchronous `grade` takes the judges, after the item and answer."""
    return iscoroutinefunction(module.grade) and ASKED in signature(module.grade).parameters


def find(name: str, *, where: str | None = None, **place: Any) -> Any:  # noqa: ANN401 - a module
    """The grader with that name. Raises `UnknownName`, `BadPlugin`; `BadData` if the module is not a grader."""
    module = find_module(GRADERS, name, where=where, **place)
    if not hasattr(module, "grade"):
        raise BadData(
            f"{module.__file__}: no grade. A grader has grade(item, text) or async grade(item, answer, judges)."
        )
    return module


def judge_named(judges: Team[Any] | None, name: str | None, *, where: str) -> tuple[Team[Any], str]:
    """The judges, and the name of one, by default the first. Raises `BadScenario` without judges."""
    if judges is None:
        raise BadScenario(
            f"{where}: asks a judge, and the scenario has none. Name one: judges: [{{name: .., model: ..}}]."
        )
    return judges, judges.named(name, default=judges.names[0])
