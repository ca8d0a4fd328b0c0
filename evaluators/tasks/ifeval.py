"""IFEval: requests with instructions that a program can verify.

Rows have `input` (or `prompt`), `instruction_id_list` and `kwargs`, a mapping of arguments for each instruction; nulls
are no arguments. Rows with an instruction that is unknown, or lacks an argument, are dropped and listed. The group is
the kind of the first instruction. The score is 1 where all instructions of a prompt are followed (prompt level,
strict); the parts are the shares of instructions, strict and loose, and the loose score of the prompt. With
`score: instructions` the share is the score. A reply has no answer that could be voted on.

The profiles `moco_compat` and `moco_1_1` score the share of instructions by MoCo 1.1.2's own checkers, some of which
contradict the prompts (the version before had no such task).
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal

from ..datasets.row import Row
from ..datasets.rows import loaded
from ..grading import Grade
from ..instructions import moco_1_1
from ..instructions.cases import Undecided
from ..instructions.checkers import follows, loosened, wrong_arguments
from ..parsing.profile import STRICT, check_profile
from ..task import Dropped, Item, Items

FORM = ""


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    score: Literal["prompt", "instructions"] = "prompt",
    profile: str = STRICT,
    fields: dict[str, str] | None = None,
) -> Items:
    """The items of a split; `data` is a source as in `datasets/rows.py`; `limit` items are sampled by `seed`."""
    check_profile(profile, where="ifeval")
    build = partial(_item, meta={"score": score, "profile": profile})
    return loaded(data, split, build, limit=limit, seed=seed, where="ifeval", fields=fields)


def read(item: Item, text: str) -> str | None:
    """None: following instructions is no answer that could be compared with another."""
    return None


def grade(item: Item, text: str) -> Grade:
    """1 where every instruction is followed, else 0, or the share that is; unscored where a check needs a library."""
    wanted = [(one["id"], one["arguments"]) for one in item.gold]
    if item.meta["profile"] != STRICT:
        return Grade(score=_share([_followed_there(text, *one) for one in wanted]))
    try:
        strict = [follows(text, *one) for one in wanted]
        loose = [any(follows(version, *one) for version in loosened(text)) for one in wanted]
    except Undecided as error:
        return Grade.unscored(f"ifeval: {error}.", reason="missing_library")
    parts = {"instructions": _share(strict), "loose": float(all(loose)), "instructions, loose": _share(loose)}
    whole = float(all(strict))
    return Grade(score=whole if item.meta["score"] == "prompt" else parts["instructions"], parts=parts)


def _followed_there(text: str, name: str, arguments: Mapping[str, Any]) -> bool:
    """As MoCo grades: a check that fails with an error is an instruction that is not followed."""
    try:
        return moco_1_1.follows(text, name, arguments)
    except (TypeError, ValueError, IndexError, AttributeError):
        return False


def _share(followed: Sequence[bool]) -> float:
    return sum(followed) / len(followed) if followed else 1.0


def _item(row: Row, meta: Mapping[str, Any]) -> Item | Dropped:
    names, arguments = _listed(row["instruction_id_list"]), _listed(row["kwargs"])
    question = row.fields.get("prompt") if "input" not in row.fields else row["input"]
    if not isinstance(question, str) or not question.strip():
        return row.dropped("the prompt is no text")
    if not names or len(names) != len(arguments):
        return row.dropped(f"{len(names)} instructions with {len(arguments)} sets of arguments")
    gold = [{"id": name, "arguments": _given(one)} for name, one in zip(names, arguments, strict=True)]
    if wrong := [why for one in gold if (why := wrong_arguments(one["id"], one["arguments"]))]:
        return row.dropped(wrong[0])
    return Item(question, FORM, gold, str(names[0]).partition(":")[0], row.cluster, meta)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - a list, or one that is written in JSON
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return list(value) if isinstance(value, list | tuple) else []


def _given(arguments: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (arguments or {}).items() if value is not None}
