"""Which answers within a run are right, by the task's own grading where it is a pure function."""

from collections.abc import Mapping, Sequence
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, Final

from ...agents.errors import SymposiaError
from ...evaluators.sample import Sample
from ...evaluators.task import Item

UNKNOWN: Final = -1


class Rightness:
    """Says of a text at a question whether it is right: 1, 0, or -1 where only the run's grader could say.

    >>> said = Rightness(None, {"test/0": Sample(id="1", question="2 + 2?", gold="4", output="4", score=1.0)})
    >>> said.of("test/0", " 4 "), said.of("test/0", "5"), said.of("test/9", "4")
    (1, 0, -1)
    """

    def __init__(
        self,
        task: Any,  # noqa: ANN401 - a task's module
        samples: Mapping[str, Sample],
        items: Mapping[str, Sequence[Item]] | None = None,
    ) -> None:
        self._task, self._samples, self._items = task, samples, items or {}
        self._known: dict[tuple[str, str], int] = {}

    def of(self, place: str, text: str) -> int:
        """1 for a right answer to the question at this place, 0 for another one, -1 where it is not known."""
        key = (place, text)
        if key not in self._known:
            self._known[key] = self._graded(place, text)
        return self._known[key]

    def _graded(self, place: str, text: str) -> int:
        item, sample = self._item(place), self._samples.get(place)
        if item is not None and self._task is not None:
            try:
                return int(float(self._task.grade(item, text)) >= 1.0)
            except (SymposiaError, ValueError, TypeError, LookupError):
                return UNKNOWN
        if sample is None or not isinstance(sample.gold, str) or self._task is not None:
            return UNKNOWN
        return int(text.strip().casefold() == sample.gold.strip().casefold())

    def _item(self, place: str) -> Item | None:
        """The item at a place: `test/3` and `single/amber/3` are of the reported split, `dev/0-amber/3` is of dev."""
        stage, _, number = place.rpartition("/")
        items = self._items.get("dev" if stage.split("/")[0] == "dev" else "test", ())
        return items[int(number)] if number.isdigit() and stage and int(number) < len(items) else None


def rightness_of(directory: Path, scenario: Mapping[str, Any], samples: Mapping[str, Sample]) -> Rightness:
    """The grading of a run's answers; by equality with the gold where its task is not on this machine.

    A run of plug-in code is not graded: who looks at a run directory does not mean to run what lies in it.
    """
    from ...evaluators import task
    from ..running.questions import questions_of
    from ..running.run_directory import read_plan

    if scenario.get("grader") or not packaged(scenario):
        return Rightness(None, {})
    try:
        planned = read_plan(directory, replayed=True)
        module = task.find(planned.scenario.task.use, folder=planned.folder)
        if iscoroutinefunction(module.grade):
            return Rightness(None, {})
        questions = questions_of(planned)
    except SymposiaError:
        return Rightness(None, samples)
    return Rightness(module, samples, {"test": questions.items, "dev": questions.dev})


def packaged(scenario: object) -> bool:
    """True if a scenario, as read from YAML, names no file and no module as its code.

    >>> packaged({"task": {"use": "pocket"}}), packaged({"task": {"use": "./mine.py"}})
    (True, False)
    """
    if isinstance(scenario, Mapping):
        named = [value for key, value in scenario.items() if key in ("use", "model") and isinstance(value, str)]
        return all("./" not in one and "." not in one.partition(":")[0] for one in named) and all(
            map(packaged, scenario.values())
        )
    return all(map(packaged, scenario)) if isinstance(scenario, list) else True
