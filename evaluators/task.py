"""The interface of tasks: items, the form of their answers, and functions that read and grade replies.

A task is one module in `evaluators/tasks/`, found by its path:

    FORM: str
        The instruction, part of the prompt, on the form of the answer.
    load(*, split: str, data: str | None = None, limit: int | None = None, seed: int = 0, ...) -> Items
        The items of a split, always in the same order. Further keyword-only parameters are the
        task's options in a scenario file. Raises `BadData` or `UnknownName`.
    read(item: Item, text: str) -> str | None
        The answer in a reply, in canonical form, so that equal answers are equal strings and can be
        voted on; None if the reply holds no answer.
    grade(item: Item, text: str) -> float
        The score of a reply, from 0 to 1 or in the RANGE that the task declares; the least one for a reply without
        an answer. Grading that asks models is `async grade(item, answer, judges) -> Grade`, see `grading`.

A task whose options name files says which, `FILES = ("baseline",)`: they are relative to the scenario, as `data` is.

`read` never looks at the gold, so a protocol may call it before the final answer.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, cast

from ..agents.continued import Continued
from ..agents.errors import BadData
from ..agents.message import Ask
from ..agents.parts import Image
from ..agents.registry import TASKS
from ..agents.registry import find as find_module
from ..agents.turn import Turn


@dataclass(frozen=True)
class Item:
    """A question and its gold answer.

    `form` is the instruction on the form of the answer, separate from the question; `gold` is a JSON value that only
    `grade` reads, and of dev a training that teaches it; `group` is the slice in reports (a skill, a domain); items
    with the same `cluster` share a passage or a source question, so that intervals treat them as dependent; `images`
    follow the question; `meta` is the data that the task needs to read a reply (the options, the kind of answer), and
    the bare `question` where options follow; `history` is a conversation to go on from; `further` are the user's next
    messages, each asked when the one before is answered: the evaluator grades every answer, and the item that `grade`
    is then given has the turns so far in its `history` (see `turns`).

    >>> Item("2 + 2?", "Give a number.", "4").ask().render()
    '2 + 2?\\n\\nGive a number.'
    """

    question: str
    form: str
    gold: Any
    group: str | None = None
    cluster: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    images: tuple[Image, ...] = ()
    history: tuple[Turn, ...] = ()
    further: tuple[str, ...] = ()

    @cached_property
    def id(self) -> str:
        """16 hexadecimal digits of a hash of the question, its images, its history, its further turns and its gold."""
        shown: list[Any] = [image.sha256 for image in self.images]
        shown += [*((turn.role, turn.text) for turn in self.history), *self.further]
        content = json.dumps(
            [self.question, self.gold, *([shown] if shown else [])], sort_keys=True, ensure_ascii=False
        )
        return sha256(content.encode()).hexdigest()[:16]

    def ask(self) -> Ask:
        """The question as a prompt."""
        if self.history:
            return Continued(text=self.question, form=self.form, images=self.images, history=self.history)
        return Ask(text=self.question, form=self.form, images=self.images)


@dataclass(frozen=True)
class Dropped:
    """A row that was left out: its location (`file:line`), its id in the data if it has one, and the reason.

    >>> from symposia.evaluators.datasets.row import Row
    >>> Row("gsm8k.test.jsonl:3", {"id": "17"}).dropped("the answer is null")
    Dropped(where='gsm8k.test.jsonl:3', id='17', why='the answer is null')
    """

    where: str
    id: str | None
    why: str


class Items(list[Item]):
    """The items of a split, and the rows that were left out.

    >>> items = Items([Item("2 + 2?", "", "4")], [Dropped("sums.jsonl:2", None, "the answer is null")])
    >>> len(items), len(items.dropped)
    (1, 1)
    """

    def __init__(self, items: Iterable[Item], dropped: Iterable[Dropped] = ()) -> None:
        super().__init__(items)
        self.dropped = tuple(dropped)


class Task(Protocol):
    """The interface of a module in `evaluators/tasks/`; see the top of this file."""

    @property
    def FORM(self) -> str: ...

    @property
    def load(self) -> Callable[..., Items]: ...

    def read(self, item: Item, text: str) -> str | None: ...

    @property
    def grade(self) -> Callable[..., Any]: ...


def find(name: str, *, where: str | None = None, folder: Path | None = None) -> Task:
    """The task with that name. Raises `UnknownName`, `BadPlugin`; `BadData` if the module is not a task."""
    module = find_module(TASKS, name, where=where, folder=folder)
    if missing := [verb for verb in ("FORM", "load", "read", "grade") if not hasattr(module, verb)]:
        raise BadData(f"{module.__file__}: no {', '.join(missing)}. A task has FORM, load, read and grade.")
    return cast(Task, module)
