"""Short answers: a question answered by a number, a truth value, a letter, a list or a few words.

Rows have `input` (or `question`) and `output` (or `answer`): a text, a number, or a list of texts
that are all right (also as a string of JSON). `domain` or `country` becomes the group, `question_id`
the cluster. Rows without a gold are dropped and listed.

The kind of answer is chosen for a data set, or for each of its domains, never for a single row: by
`kind`, or, if that is `auto`, from how all golds are written. Kinds are in `parsing/kinds.py`. The
profile `moco_compat` reads and grades as the MoCo reference does, to compare with published numbers.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from ...agents.errors import BadData, UnknownName
from ..datasets.rows import Row, check_limit, items, limited, rows
from ..parsing import moco, words
from ..parsing.final import final_answer
from ..parsing.kinds import KINDS, kind_of
from ..parsing.profile import MOCO, STRICT, check_profile
from ..task import Dropped, Item

FORM = "End your reply with a line of the form\nAnswer: <answer>\nwith nothing but the answer after the colon."
MOCO_FORM = "Give the final answer directly, in \\box{}."


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    kind: str = "auto",
    score: str = "exact",
    tolerance: float = 0.0,
    profile: str = STRICT,
) -> list[Item]:
    """The items of a split; `data` is a source as in `datasets/rows.py`; `limit` items are sampled by `seed`.

    `score` is `exact`, or `f1` over words (kind text); the best of several golds counts. `tolerance`
    is relative, for numbers that a data set declares to be floats; 0 compares exactly.
    """
    check_limit(limit)
    check_profile(profile, where="short_answer")
    _check(kind, score, tolerance)
    if data is None:
        raise BadData("short_answer: no data. Name a file or a hub data set, such as data: gsm8k.test.jsonl.")
    found = rows(data, split)
    meta = {"score": score, "tolerance": tolerance, "profile": profile}
    if profile == MOCO:
        return limited(items(found, partial(_as_published, meta=meta)), limit, seed)
    kinds = (
        _kinds(found) if kind == "auto" and score == "exact" else defaultdict(lambda: "text" if score == "f1" else kind)
    )
    return limited(items(found, lambda row: _item(row, {**meta, "kind": kinds[_group(row)]})), limit, seed)


def read(item: Item, text: str) -> str | None:
    """The answer in the canonical form of its kind, so that 1/2 and 0.5 are equal; None if there is none."""
    if item.meta["profile"] == MOCO:
        return moco.final_answer(text) or None
    answer = final_answer(text)
    return None if answer is None else KINDS[item.meta["kind"]](answer)


def grade(item: Item, text: str) -> float:
    """1 or 0, or with `score: f1` the best word F1 with any gold."""
    if item.meta["profile"] == MOCO:
        compared = moco.f1 if item.meta["score"] == "f1" else moco.exact
        return compared(moco.final_answer(text), item.gold)
    said = read(item, text)
    if said is None:
        return 0.0
    if item.meta["score"] == "f1":
        return max(words.f1(said, gold) for gold in item.gold)
    return float(any(_equal(said, gold, item.meta) for gold in item.gold))


def _equal(said: str, gold: str, meta: Mapping[str, Any]) -> bool:
    right = KINDS[meta["kind"]](gold)
    if meta["kind"] == "number" and meta["tolerance"] and right is not None:
        return abs(Fraction(said) - Fraction(right)) <= Fraction(meta["tolerance"]) * abs(Fraction(right))
    return said == right


def _item(row: Row, meta: Mapping[str, Any]) -> Item | Dropped:
    golds = _golds(row)
    if not golds:
        return row.dropped("the gold is null or empty")
    if not all(KINDS[meta["kind"]](gold) for gold in golds):
        return row.dropped(f"the gold {golds[0]!r} is not of the kind {meta['kind']}")
    return _asked(row, FORM, golds, meta)


def _as_published(row: Row, meta: Mapping[str, Any]) -> Item:
    """The item as in the MoCo reference: a gold that is a list stays a string, a gold that is null stays."""
    gold = row[_field(row, "output", "answer")]
    return _asked(row, MOCO_FORM, gold if gold is None or isinstance(gold, str) else json.dumps(gold), meta)


def _asked(row: Row, form: str, gold: Any, meta: Mapping[str, Any]) -> Item:  # noqa: ANN401
    cluster = row.fields.get("question_id")
    question = str(row[_field(row, "input", "question")]).rstrip()
    return Item(question, form, gold, _group(row), None if cluster is None else str(cluster), meta, row.images)


def _golds(row: Row) -> list[str]:
    """All gold answers of a row; empty for a row without one. Raises `BadData`."""
    gold = row[_field(row, "output", "answer")]
    if isinstance(gold, str) and gold.startswith('["'):
        try:
            gold = json.loads(gold)
        except json.JSONDecodeError as error:
            raise BadData(f"{row.where}: the gold is not valid JSON ({error.msg}). Write a JSON list.") from error
    several = gold if isinstance(gold, list) else [gold]
    return [str(one).strip() for one in several if one is not None and str(one).strip()]


def _kinds(found: list[Row]) -> Mapping[str | None, str]:
    """The kind of answer in each group of rows."""
    golds: defaultdict[str | None, list[str]] = defaultdict(list)
    for row in found:
        golds[_group(row)].extend(_golds(row))
    return {group: kind_of(texts) for group, texts in golds.items()}


def _group(row: Row) -> str | None:
    return next((str(row.fields[name]) for name in ("domain", "country") if row.fields.get(name)), None)


def _field(row: Row, name: str, other: str) -> str:
    return other if name not in row.fields and other in row.fields else name


def _check(kind: str, score: str, tolerance: float) -> None:
    if kind != "auto" and kind not in KINDS:
        raise UnknownName("kind", kind, ("auto", *KINDS), where="short_answer")
    if score not in ("exact", "f1"):
        raise UnknownName("score", score, ("exact", "f1"), where="short_answer")
    if score == "f1" and kind not in ("auto", "text"):
        raise BadData(
            f"short_answer: score f1 compares words, and kind is {kind!r}. Leave the kind out, or make it text."
        )
    if tolerance < 0:
        raise BadData(f"short_answer: tolerance {tolerance} is negative. Give 0 for exact, or such as 0.0001.")
