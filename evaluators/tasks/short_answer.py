"""Short answers: a question answered by a number, a truth value, a letter, a list, a formula or a few words.

Rows have `input` or `question`, or both, and `output` (or `answer`): a text, a number, or a list of texts
that are all right (also as a string of JSON). `domain` or `country` becomes the group, `question_id`
the cluster. Rows without a gold (null, empty, NaN) are dropped and listed.

Each question has a kind of answer: the option `kind`, or, if that is `auto`, the one that the row's `answer_type`
declares and its gold is, or else the one its gold is written as. Kinds are in `parsing/kinds.py`. The profiles
`moco_compat` and `moco_1_1` read and grade as MoCo does, to compare with published numbers.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from math import isnan
from types import ModuleType
from typing import Any, Final

from ...agents.errors import BadData, UnknownName
from ..datasets.row import Row
from ..datasets.rows import loaded
from ..parsing import moco, moco_1_1, words
from ..parsing.final import final_answer
from ..parsing.gold_kinds import kind_of
from ..parsing.kinds import KINDS
from ..parsing.profile import MOCO, STRICT, check_profile
from ..parsing.prose import first_sentence
from ..parsing.replies import answer_in
from ..task import Dropped, Item, Items

FORM = "End your reply with a line of the form\nAnswer: <answer>\nwith nothing but the answer after the colon."
MOCO_FORM = "Give the final answer directly, in \\box{}."
FLOAT_TOLERANCE: Final = 1e-4
"""The relative tolerance of numbers that a data set declares to be floats, where the scenario gives none."""

_POINTED: Final = re.compile(r"(?:it|that|this|he|she)(?:['\u2019]s|\s+is|\s+was)\s+", re.IGNORECASE)
_OPTION: Final = re.compile(r"^\s*\(?([A-Z])[).]\s*(\S.*?)\s*$", re.MULTILINE)


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    kind: str = "auto",
    score: str = "exact",
    tolerance: float | None = None,
    profile: str = STRICT,
    fields: dict[str, str] | None = None,
) -> Items:
    """The items of a split; `data` is a source as in `datasets/rows.py`; `limit` items are sampled by `seed`.

    `score` is `exact`, or `f1` over words (kind text); the best of several golds counts. `tolerance` is relative and
    for numbers: 0 compares exactly; by default it is 0.0001 where `answer_type` declares floats, and 0 elsewhere.
    """
    check_profile(profile, where="short_answer")
    _check(kind, score, tolerance)
    meta = {"score": score, "tolerance": tolerance, "profile": profile}
    build = partial(_item, kind=kind, meta=meta) if profile == STRICT else partial(_as_published, meta=meta)
    return loaded(data, split, build, limit=limit, seed=seed, where="short_answer", fields=fields)


def read(item: Item, text: str) -> str | None:
    """The answer in the canonical form of its kind, so that 1/2 and 0.5 are equal; None if there is none."""
    if item.meta["profile"] != STRICT:
        return _published(item).final_answer(text) or None
    return answer_in(text, item.meta["kind"], item.meta.get("options", ()))


def grade(item: Item, text: str) -> float:
    """1 or 0, or with `score: f1` the best word F1 with any gold."""
    if item.meta["profile"] != STRICT:
        return _grade_as_published(item, text)
    said = read(item, text)
    if said is None:
        return 0.0
    if item.meta["score"] == "f1":
        return max(words.f1(said, gold) for gold in item.gold)
    kind = KINDS[item.meta["kind"]]
    golds = [right for gold in item.gold if (right := kind.read(gold))]
    return float(
        any(kind.equal(right, one, item.meta["tolerance"]) for right in golds for one in _spellings(item, said, text))
    )


def _published(item: Item) -> ModuleType:
    return moco if item.meta["profile"] == MOCO else moco_1_1


def _grade_as_published(item: Item, text: str) -> float:
    rules = _published(item)
    said = rules.final_answer(text)
    if item.meta["score"] == "f1":
        return float(rules.f1(said, item.gold))
    return moco.exact(said, item.gold) if rules is moco else moco_1_1.exact(said, item.gold, item.meta["declared"])


def _spellings(item: Item, said: str, text: str) -> tuple[str, ...]:
    """The readings of an answer: what was read; of a text also its first sentence, without "It is"."""
    answer = final_answer(text) if item.meta["kind"] == "text" else None
    if answer is None:
        return (said,)
    sentence = first_sentence(answer).rstrip(".!?")
    return (said, words.spelled(sentence), words.spelled(_POINTED.sub("", sentence)))


def _item(row: Row, *, kind: str, meta: Mapping[str, Any]) -> Item | Dropped:
    golds = _golds(row)
    if row.question is None:
        return row.dropped("the question is no text")
    if not golds:
        return row.dropped("the gold is null or empty")
    declared = str(row.fields.get("answer_type") or "")
    if kind == "auto":
        kind = "text" if meta["score"] == "f1" else kind_of(golds, declared)
    if not all(KINDS[kind].read(gold) for gold in golds):
        return row.dropped(f"the gold {golds[0]!r} is not of the kind {kind}")
    tolerance = meta["tolerance"] if meta["tolerance"] is not None else FLOAT_TOLERANCE if "float" in declared else 0.0
    options = {"options": _options(row)} if kind == "option" else {}
    return _asked(row, FORM, golds, {**meta, "kind": kind, "tolerance": tolerance, **options})


def _options(row: Row) -> Sequence[str]:
    """The options that a question lists, lettered from A; none if it lists them otherwise."""
    found = _OPTION.findall(_question(row))
    letters = "".join(letter for letter, _ in found)
    return tuple(text for _, text in found) if letters and "ABCDEFGHIJKLMNOPQRSTUVWXYZ".startswith(letters) else ()


def _as_published(row: Row, meta: Mapping[str, Any]) -> Item:
    """The item as in the MoCo reference: a gold that is a list stays a string, a gold that is null stays."""
    gold = row[_field(row, "output", "answer")]
    meta = {**meta, "declared": str(row.fields.get("answer_type") or "")}
    return _asked(row, MOCO_FORM, gold if gold is None or isinstance(gold, str) else json.dumps(gold), meta)


def _asked(row: Row, form: str, gold: Any, meta: Mapping[str, Any]) -> Item:  # noqa: ANN401
    return Item(_question(row), form, gold, row.group, row.cluster, meta, row.images, row.history)


def _golds(row: Row) -> list[str]:
    """All gold answers of a row; empty for a row without one. Raises `BadData`."""
    gold = row[_field(row, "output", "answer")]
    if isinstance(gold, str) and gold.startswith('["'):
        try:
            gold = json.loads(gold)
        except json.JSONDecodeError as error:
            raise BadData(f"{row.where}: the gold is not valid JSON ({error.msg}). Write a JSON list.") from error
    several = gold if isinstance(gold, list) else [gold]
    return [" ".join(str(one).split()) for one in several if not _is_missing(one)]


def _is_missing(gold: object) -> bool:
    return gold is None or not str(gold).strip() or (isinstance(gold, float) and isnan(gold))


def _question(row: Row) -> str:
    return row.question or ""


def _field(row: Row, name: str, other: str) -> str:
    return other if name not in row.fields and other in row.fields else name


def _check(kind: str, score: str, tolerance: float | None) -> None:
    if kind != "auto" and kind not in KINDS:
        raise UnknownName("kind", kind, ("auto", *KINDS), where="short_answer")
    if score not in ("exact", "f1"):
        raise UnknownName("score", score, ("exact", "f1"), where="short_answer")
    if score == "f1" and kind not in ("auto", "text"):
        raise BadData(
            f"short_answer: score f1 compares words, and kind is {kind!r}. Leave the kind out, or make it text."
        )
    if tolerance is not None and tolerance < 0:
        raise BadData(f"short_answer: tolerance {tolerance} is negative. Give 0 for exact, or such as 0.0001.")
