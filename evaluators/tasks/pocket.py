"""The pocket world: generated questions of the skills that the packaged models have.

By default the four core skills in equal parts; `skills` selects others, `choice` (multiple choice
over the core skills) and `composition` (two skills, one after the other) among them.
"""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice

from ...agents.errors import BadData, Twice, UnknownName
from ..datasets.rows import check_limit
from ..pocket import CORE, SKILLS, SPLITS, Problem, problems
from ..task import Item, Items

FORM = ""
SIZE = 1000


def load(
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    skills: Sequence[str] = CORE,
) -> Items:
    """`limit` items (1000 by default), cycling through the skills; a larger limit extends a smaller one.

    The items depend on the split and the seed, and no two splits share one.
    """
    check_limit(limit)
    _check(split, data, skills)
    streams = [problems(skill, split, seed) for skill in skills]
    turns = (problem for row in zip(*streams, strict=True) for problem in row)
    return Items(_item(problem) for problem in islice(turns, SIZE if limit is None else limit))


def read(item: Item, text: str) -> str | None:
    """The reply with single spaces; of a choice the letter, without a full stop after it. None if empty."""
    words = text.split()
    if item.group == "choice" and words:
        return words[0].rstrip(".")
    return " ".join(words) or None


def grade(item: Item, text: str) -> float:
    """1 for the right answer alone, 0 otherwise."""
    return float(read(item, text) == item.gold)


def _check(split: str, data: str | None, skills: Sequence[str]) -> None:
    if data is not None:
        raise BadData(f"pocket: data {data!r} is given, but its items are generated. Leave data out.")
    if split not in SPLITS:
        raise UnknownName("split", split, SPLITS, where="pocket")
    if not skills:
        raise BadData(f"pocket: no skills. Name one or more of {', '.join(SKILLS)}.")
    for skill in skills:
        if skill not in SKILLS:
            raise UnknownName("skill", skill, SKILLS, where="pocket")
    if len(set(skills)) < len(skills):
        raise Twice("skill", skills, where="pocket")


def _item(problem: Problem) -> Item:
    meta = {"kind": problem.kind, "steps": [asdict(step) for step in problem.steps]}
    return Item(problem.question, FORM, problem.answer, group=problem.skill, meta=meta)
