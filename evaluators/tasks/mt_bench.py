"""MT-Bench: conversations of two turns, in eight categories; the second turn follows the answer to the first.

Rows are FastChat's (question_id, category, turns) or the hub's (prompt_id, category, prompt). The field `reference` of
some rows holds hints, not the judge's references, and is left out: `references` is the file of those, GPT-4's answers
to the 30 questions of math, reasoning and coding, and `baseline` that of a model's answers for the grader
mt_bench_pairwise, both in FastChat's form. Answers are rated from 1 to 10 unless the scenario names another grader.

The original samples writing and roleplay at temperature 0.7, stem and humanities at 0.1, the others greedily; here the
scenario's sampling holds for all.
"""

from functools import cache, partial
from typing import Final

from ..datasets.answers import Answers, answers
from ..datasets.rows import loaded
from ..graders.mt_bench import CONTROLS, RANGE, grade, summary
from ..task import Items
from .open_ended import item_of, read

__all__ = ["CONTROLS", "FORM", "RANGE", "grade", "load", "read", "summary"]

FORM = ""
FILES: Final = ("baseline", "references")
"""The options that are files, relative to the scenario."""


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    baseline: str | None = None,
    references: str | None = None,
) -> Items:
    """The items of a split; `data` is a source as in `datasets/rows.py`; `limit` items are sampled by `seed`."""
    build = partial(
        item_of,
        rivals=None if baseline is None else cache(partial(answers, baseline)),
        references=partial(Answers, {}, {}) if references is None else cache(partial(answers, references)),
        only=None,
        group_by="category",
    )
    return loaded(data, split, build, limit=limit, seed=seed, where="mt_bench")
