"""Every record of a data set: is it loaded or left out for a named reason, asked, and graded as it should be?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from symposia.agents import Answer, Team
from symposia.agents.models.scripted import Scripted
from symposia.evaluators import grading
from symposia.evaluators import task as tasks
from symposia.evaluators.datasets.registered import DataSet, registered
from symposia.evaluators.datasets.rows import rows
from symposia.evaluators.grading import grader_of, needs_judges
from symposia.evaluators.task import Item, Items
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.tests.support.reply_styles import letter_values, lettered, styles_of, written_as, wrong_of

STYLES: Final = (
    "bare",
    "bold",
    "Answer:",
    "reasons, then Answer:",
    "bold label",
    "bold line",
    "Final Answer:",
    "is",
    "is, bold",
    "box",
    "tag",
    "let me know",
)
"""Twelve ordinary styles of replies."""

VERDICTS: Final = {"noncompliance": "VERDICT: empty", "verified": "DECISION: different"}
"""What a judge says of an empty reply, by the graders that ask one in this form."""

CLOSED: Final = (multiple_choice, short_answer)
"""The tasks whose right and wrong answers can be written down."""


@dataclass
class Tally:
    """The records of one split: published rows, items, reasons for those left out, and replies as they were graded.

    `right`, `wrong` and `empty` are counts of replies that should score 1, less, and nothing, with those that did;
    `exceptions` are messages.
    """

    name: str
    rows: int = 0
    items: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    right: Counter[bool] = field(default_factory=Counter)
    wrong: Counter[bool] = field(default_factory=Counter)
    empty: Counter[bool] = field(default_factory=Counter)
    misread: set[str] = field(default_factory=set)
    exceptions: list[str] = field(default_factory=list)

    @property
    def accounted(self) -> bool:
        """True if every published row became an item or was left out by name."""
        return self.rows == self.items + self.dropped.total()

    @property
    def share(self) -> float:
        """The share of items of which every reply was graded as it should be."""
        return 1 - len(self.misread) / self.items if self.items else 1.0


def loaded(one: DataSet, split: str) -> tuple[Any, Items]:
    """The task of a registered data set and its items."""
    task = tasks.find(one.use)
    return task, task.load(split=split, data=one.name, **one.options)


async def tally(name: str, split: str, *, limit: int | None = None, styles: Sequence[str] = STYLES) -> Tally:
    """The tally of a split of a registered data set; at most `limit` items are asked and graded."""
    task, items = loaded(registered()[name], split)
    found = Tally(f"{name} {split}", len(rows(name, split)), len(items))
    found.dropped.update(_reason(one.why) for one in items.dropped)
    draw = Random(0)
    chosen = items if limit is None else Items(draw.sample(items, min(limit, len(items))))
    texts = [str(item.gold[0]) for item in chosen if item.meta.get("kind") == "text"]
    for item in chosen:
        try:
            assert item.question in "\n".join(str(turn.text) for turn in item.ask().turns())
            await _graded(found, task, item, texts, draw, styles)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what is looked for
            found.exceptions.append(f"{item.id}: {type(error).__name__}: {error}")
    return found


async def _graded(  # noqa: PLR0913 - an item, its task, and how replies to it are written
    found: Tally, task: Any, item: Item, texts: list[str], draw: Random, styles: Sequence[str]
) -> None:
    least = getattr(task, "RANGE", (0.0, 1.0))[0]
    grader, options = _grader_of(found.name.split()[0], task)
    if not needs_judges(grader) or grader.__name__.rpartition(".")[2] in VERDICTS:
        judge = Scripted(VERDICTS.get(grader.__name__.rpartition(".")[2], ""))
        grade = await grader_of(grader, options)(item, Answer(text=""), Team({"judge": judge}))
        found.empty[grade.score in (None, 0.0, least)] += 1
    if task in CLOSED:
        for reply, right in _replies(item, texts, draw, styles):
            ok = (task.grade(item, reply) == 1.0) is right
            (found.right if right else found.wrong)[ok] += 1
            if not ok:
                found.misread.add(item.id)


def _grader_of(name: str, task: Any) -> tuple[Any, dict[str, Any]]:
    """What grades a data set, with options that need no model."""
    one = registered()[name]
    if one.grader is None:
        return task, {}
    own = {"encoder": "ngrams"} if one.grader == "diversity" else {}
    return grading.find(one.grader), {**one.grader_options, **own}


def _replies(item: Item, texts: list[str], draw: Random, styles: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Replies with the right answer in each style, and with a wrong one where there is one of the same kind."""
    kind, right, wrong = _answers(item, texts, draw)
    written = styles_of(kind)
    for values, is_right in ((right, True), (wrong, False)):
        for style in styles if values is not None else ():
            reply = written[style](values)
            if reply is not None:
                yield reply, is_right


def _answers(item: Item, texts: list[str], draw: Random) -> tuple[str, Mapping[str, str], Mapping[str, str] | None]:
    if "kind" in item.meta:
        kind, golds = item.meta["kind"], list(map(str, item.gold))
        other = wrong_of(kind, golds, texts, draw)
        return kind, written_as(kind, golds[0]), None if other is None else written_as(kind, other)
    try:
        case = lettered(item)
    except StopIteration:  # all options have the same text
        return "choice", letter_values(item.meta["options"], "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(item.gold)), None
    return "choice", case.right, case.wrong


def _reason(why: str) -> str:
    """A reason without what differs from row to row."""
    return why.partition(" as ")[0] if why.startswith("same question and gold") else why
