"""Multiple choice whose questions may be left out: 1 for a right answer, -1 for a wrong one, 0 for one left out.

The mean score is the effective reliability of AbstainQA (Feng et al. 2024, https://arxiv.org/abs/2402.00367). Rows are
those of `multiple_choice`. A reply gives its answer and says whether it is sure; an answer that it is not sure of is
left out, but known, so that abstaining can be judged: the parts of a grade are `right` and `abstained`, and the metrics
`reliable_accuracy` and `abstain_accuracy` and `statistics/abstention.py` work with them. What differs from AbstainQA:
one reply has both lines, there a second prompt asks whether the answer is true; and a reply without an answer is left
out, there it is wrong.
"""

import re
from dataclasses import replace
from typing import Final, Literal

from ..grading import Grade
from ..parsing import letters
from ..parsing.characters import folded
from ..parsing.final import content_lines
from ..task import Item, Items
from . import multiple_choice

FORM = (
    "End your reply with two lines of the form\nANSWER: <letter>\nSURE: <yes or no>\nwhere <letter> is the letter of "
    "the right option, as far as you can tell, and no leaves the question out: a wrong answer costs as much as a right "
    "one earns."
)
RANGE: Final = (-1.0, 1.0)
LEFT_OUT: Final = "left out"
"""The answer of a reply that leaves a question out."""

_SURE: Final = re.compile(
    r"^[\s*_#>`-]*(?:SURE|CONFIDENT|CERTAIN)[*_`]*\s*[:=]\s*[*_`\"'<(]*(yes|no|true|false|not)\b.*$", re.I | re.M
)
_SENTENCE: Final = re.compile(
    r"\b(?:i\s+(?:do\s+not|don['\u2019]t|cannot|can['\u2019]t|am\s+(?:not\s+able|unable)\s+to)\s+(?:know|tell|say|answer|decide)"
    r"|i(?:\s+am|['\u2019]m)\s+(?:not\s+(?:sure|certain|confident)|unsure|uncertain)"
    r"|i\s+(?:would\s+rather\s+|will\s+|['\u2019]ll\s+|)(?:abstain|leave\s+(?:it|this|the\s+question)\s+out))\b",
    re.I,
)


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    rotate: int | Literal["all"] = 0,
    fields: dict[str, str] | None = None,
) -> Items:
    """The items of a split, as those of `multiple_choice`, which has the meaning of the parameters."""
    items = multiple_choice.load(split=split, data=data, limit=limit, seed=seed, rotate=rotate, fields=fields)
    return Items((replace(item, form=FORM) for item in items), items.dropped)


def read(item: Item, text: str) -> str | None:
    """The letter of the option that a reply is sure of, `left out` if it leaves the question out, None without one."""
    letter, sure = stated(item, text)
    if not sure:
        return LEFT_OUT
    return letter


def grade(item: Item, text: str) -> Grade:
    """1 for a right answer, -1 for a wrong one, 0 for one left out or missing."""
    letter, sure = stated(item, text)
    right = letter == item.gold
    abstained = not sure or letter is None
    parts = {"right": float(right), "abstained": float(abstained)}
    return Grade(score=0.0 if abstained else 1.0 if right else -1.0, parts=parts)


def stated(item: Item, text: str) -> tuple[str | None, bool]:
    """The letter that a reply gives, None without one, and whether it is sure: by its last line that says so.

    Without such a line it is sure unless it says in a sentence at its end that it is not.
    """
    plain = folded(text)
    said, end = _SURE.findall(plain), "\n".join(content_lines(plain)[-2:])
    sure = said[-1].lower() in ("yes", "true") if said else not _SENTENCE.search(end)
    return letters.letter_in(_SURE.sub("", plain), item.meta["options"]), sure
