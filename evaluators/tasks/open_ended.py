"""Open-ended questions, of one or more turns, for graders that ask judges: Arena-Hard, AlpacaEval, FLASK.

Rows have the question in one of these: `turns`, or a list in `prompt` (texts, or objects with `content`: each is asked
when the one before is answered), `instruction` (with `input` below it), `question` with or without `input`, `prompt`,
`text`, `input`. A reference is in `reference` (one, or one a turn, or several of one turn), `output` or `answer`; it
may be missing.

`baseline` is a file of another model's answers, which graders of pairs compare with, and `references` one of reference
answers for judges, in the forms of `datasets/answers.py`; a question that the baseline did not answer is dropped and
listed. `subset` keeps the questions whose text is in another file, as FLASK's hard ones. The tags `category`, `skill`,
`domain`, `difficulty` and `gamed` go to the grader, and `label`, a person's score, to the report on judges; `group_by`
names the tag that slices reports. A domain or difficulty of -1, which FLASK has, is unknown. The gold is a mapping, see
`judging/golds.py`.

There is no right answer to compare with, so answers are graded by judges: rated from 1 to 10 as by the grader mt_bench,
unless the scenario names another.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from math import isfinite
from typing import Any, Final, Literal

from ...agents.errors import BadData
from ..datasets.answers import Answers, answers, id_of, text_of
from ..datasets.row import Row
from ..datasets.rows import loaded, rows
from ..graders.mt_bench import CONTROLS, RANGE, grade, summary
from ..task import Dropped, Item, Items

__all__ = ["CONTROLS", "FORM", "RANGE", "grade", "load", "read", "summary"]

FORM = ""
FILES: Final = ("baseline", "references", "subset")
"""The options that are files, relative to the scenario."""

TAGS: Final[Mapping[str, str]] = {"skill": "skills", "skills": "skills", "domain": "domains", "domains": "domains"}
"""The names of lists of tags in the gold, by the names of their fields."""


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    baseline: str | None = None,
    references: str | None = None,
    subset: str | None = None,
    group_by: Literal["category", "domain", "difficulty"] = "category",
    fields: dict[str, str] | None = None,
) -> Items:
    """The items of a split; `data` is a source as in `datasets/rows.py`; `limit` items are sampled by `seed`."""
    build = partial(
        item_of,
        rivals=None if baseline is None else cache(partial(answers, baseline)),
        references=None if references is None else cache(partial(answers, references)),
        only=None if subset is None else {text for row in rows(subset, "test") for text in turns_of(row)[:1]},
        group_by=group_by,
    )
    return loaded(data, split, build, limit=limit, seed=seed, where="open_ended", fields=fields)


def read(item: Item, text: str) -> str | None:
    """The reply itself, without space around it; None for an empty one."""
    return text.strip() or None


def turns_of(row: Row) -> tuple[str, ...]:
    """The user's turns in a row; empty where one of them is no text."""
    turns = row.fields.get("turns", row.fields.get("prompt"))
    if isinstance(turns, Sequence) and not isinstance(turns, str):
        found = [text_of(turn) for turn in turns]
    elif "instruction" in row.fields:
        more = row.fields.get("input")
        parts = (row["instruction"], *((more,) if more else ()))
        found = ["\n\n".join(parts)] if all(isinstance(part, str) for part in parts) else [None]
    elif "question" in row.fields:
        found = [row.question]
    else:
        name = next((name for name in ("prompt", "text", "input") if name in row.fields), "instruction")
        found = [text_of(row[name])]
    usable = found and all(text is not None and text.strip() for text in found)
    return tuple(str(text).strip() for text in found) if usable else ()


def item_of(
    row: Row,
    *,
    rivals: Callable[[], Answers] | None,
    references: Callable[[], Answers] | None,
    only: set[str] | None,
    group_by: str,
) -> Item | Dropped:
    """The item of a row, with the baseline's answers and references where there are any, or the reason for none."""
    turns = turns_of(row)
    if not turns:
        return row.dropped("the question is no text")
    if only is not None and turns[0] not in only:
        return row.dropped("it is not in the subset")
    name, gold = id_of(row.fields), tags_of(row.fields)
    found = references().of(name, turns[0]) if references is not None else referred(row.fields)
    rival = rivals().of(name, turns[0]) if rivals is not None else ()
    if rivals is not None and len(rival) < len(turns):
        return row.dropped(f"the baseline answered {len(rival)} of its {len(turns)} turns")
    each = [_known(reference=at(found, turn), baseline=at(rival, turn)) for turn in range(len(turns))]
    gold |= {"turns": each} if len(turns) > 1 else each[0]
    if len(turns) == 1 and len(found) > 1:
        gold["references"] = [one for one in found if one is not None]
    group = gold.get("domains", [None])[0] if group_by == "domain" else gold.get(group_by)
    cluster = row.fields.get("cluster")
    return Item(
        turns[0],
        FORM,
        gold or None,
        None if group is None else str(group),
        None if cluster is None else str(cluster),
        {},
        row.images,
        row.history,
        turns[1:],
    )


def tags_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The tags of a row by their names in the gold; unknown ones (-1, null) are left out."""
    found: dict[str, Any] = {}
    for name, ours in TAGS.items():
        value = fields.get(name)
        several = value if isinstance(value, list) else [value]
        kept = [str(one) for one in several if known(one)]
        found |= {ours: kept} if kept else {}
    for name in ("category", "difficulty"):
        if known(fields.get(name)):
            found[name] = str(fields[name])
    if isinstance(fields.get("label"), int | float):
        found["label"] = float(fields["label"])
    if gamed := fields.get("gamed"):
        found["gamed"] = pairs_of(gamed)
    return found


def known(tag: object) -> bool:
    """True unless a tag is empty, or FLASK's -1, which is a whole number; AlpacaEval has a difficulty of -1.0.

    >>> known("easy"), known(-1), known(-1.0)
    (True, False, True)
    """
    return str(tag) not in ("None", "", "-1")


def pairs_of(gamed: object) -> list[tuple[float, float]]:
    """The (length gap, win value) of gamed baselines, as AlpacaEval's grader wants them. Raises `BadData`.

    >>> pairs_of([[-0.3, 0.4]])
    [(-0.3, 0.4)]
    """
    try:
        found = [(float(gap), float(value)) for gap, value in gamed]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        found = []
    if not found or any(not (isfinite(gap) and 0 <= value <= 1) for gap, value in found):
        raise BadData(f"open_ended: gamed is {gamed!r}. Give pairs of a length gap and a win value, [[-0.3, 0.4], ..].")
    return found


def referred(fields: Mapping[str, Any]) -> tuple[str | None, ...]:
    """The reference answers in a row, one for each turn that has one; of several names the first that is there."""
    value = next((fields[name] for name in ("reference", "output", "answer") if fields.get(name)), None)
    several = value if isinstance(value, list) else [value]
    return tuple(str(one) if one is not None and str(one).strip() else None for one in several)


def at(texts: Sequence[str | None], turn: int) -> str | None:
    """The text of a turn; None where there is none."""
    return texts[turn] if turn < len(texts) else None


def _known(**texts: str | None) -> dict[str, Any]:
    return {name: text for name, text in texts.items() if text is not None}
