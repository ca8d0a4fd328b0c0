"""Multiple choice: a question and lettered options, answered by a letter.

Rows have `question`, `choices` (key to text in order, or a list) and `answer` (a key, a position in the list from 0, or
the text itself); `domain`, `country` or `skill` becomes the group. Options are lettered by position, whatever their
keys are. Rows with an empty option or without an answer are dropped and listed. Replies are read by
`parsing/letters.py`.

The profiles `moco_compat` and `moco_1_1` read and key as MoCo does, to compare with published numbers.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from string import ascii_uppercase
from typing import Literal

from ...agents.errors import BadData
from ..datasets.cleaning import by_position, rotated, without_options
from ..datasets.row import Row
from ..datasets.rows import loaded
from ..parsing import letters, moco, moco_1_1
from ..parsing.profile import MOCO, MOCO_1_1, STRICT, check_profile
from ..task import Dropped, Item, Items

FORM = "End your reply with a line of the form\nANSWER: <letter>\nwhere <letter> is the letter of the right option."
MOCO_FORM = "Choose one of the options by its letter."

_READERS = {STRICT: letters.letter_in, MOCO: moco.letter_in, MOCO_1_1: moco_1_1.letter_in}


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    profile: str = STRICT,
    rotate: int | Literal["all"] = 0,
    answers: Literal["auto", "position"] = "auto",
    fields: dict[str, str] | None = None,
) -> Items:
    """The items of a split; `data` is a source as in `datasets/rows.py`.

    `limit` questions are sampled by `seed`; `rotate` rotates the options by that many positions, or `all` asks each
    question once in each rotation, so that a liking for a position cancels out (the metric `position_bias` tells it);
    `answers: position` says that the right option is given by its position from 0, as text too; `fields` are the names
    of the data's fields by ours, as {question: prompt}.
    """
    check_profile(profile, where="multiple_choice")
    if rotate and profile != STRICT:
        raise BadData(f"multiple_choice: the profile {profile} asks options in their order. Leave out rotate.")
    places = 0 if rotate == "all" else rotate
    build = (
        partial(_item, places=places, answers=answers) if profile == STRICT else partial(_as_published, profile=profile)
    )
    items = loaded(data, split, build, limit=limit, seed=seed, where="multiple_choice", fields=fields)
    return items if rotate != "all" else Items((one for item in items for one in _rotations(item)), items.dropped)


def read(item: Item, text: str) -> str | None:
    """The letter of the option that the reply chooses; None if it chooses none."""
    return _READERS[item.meta["profile"]](text, item.meta["options"])


def grade(item: Item, text: str) -> float:
    """1 for the right letter, else 0."""
    return float(read(item, text) == item.gold)


def _item(row: Row, places: int, answers: str) -> Item | Dropped:
    choices, answer = _choices(row), row["answer"]
    if answers == "position" and str(answer).isdecimal():
        answer = int(answer)
    if answer is None or answer == "":
        return row.dropped("the answer is null")
    if row.question is None:
        return row.dropped("the question is no text")
    if empty := [key for key, text in choices.items() if text is None or not str(text).strip()]:
        return row.dropped(f"option {empty[0]} is empty")
    key = _key(answer, choices, listed=not isinstance(row["choices"], Mapping))
    if key is None:
        raise BadData(f"{row.where}: the answer {answer!r} is not a key of its choices. They are {', '.join(choices)}.")
    options, gold = rotated(*by_position({key: str(text) for key, text in choices.items()}, key), places)
    question = without_options(row.question, list(map(str, choices.values())))
    return _asked(row, question, options, gold)


def _as_published(row: Row, profile: str) -> Item | Dropped:
    """The item as in the MoCo reference, which crashes on an option that is null."""
    options = list(_choices(row).values())
    if None in options:
        return row.dropped("an option is null, on which the reference crashes")
    item = _asked(row, str(row["question"]), options, row["answer"])
    return replace(item, form=MOCO_FORM, meta={**item.meta, "profile": profile})


def _key(answer: object, choices: Mapping[str, str], *, listed: bool) -> str | None:
    """The key of the right option: the answer itself, its position from 0 in a list, or the key of its text."""
    if listed and type(answer) is int:
        return list(choices)[answer] if 0 <= answer < len(choices) else None
    if str(answer) in choices:
        return str(answer)
    same = [key for key, text in choices.items() if str(text).strip() == str(answer).strip()]
    return same[0] if len(same) == 1 else None


def _choices(row: Row) -> Mapping[str, str]:
    """The options by key; those of a list, which may be written in JSON in a table, by letter."""
    choices = row["choices"]
    if isinstance(choices, str):
        with suppress(ValueError):
            choices = json.loads(choices)
    if isinstance(choices, list | tuple):
        choices = dict(zip(ascii_uppercase, choices, strict=False)) if len(choices) <= len(ascii_uppercase) else {}
    if not isinstance(choices, Mapping) or not 2 <= len(choices) <= len(ascii_uppercase):
        raise BadData(f'{row.where}: choices are not 2 to 26 options by key. Write {{"A": "...", "B": "..."}}.')
    return choices


def _rotations(item: Item) -> list[Item]:
    """The item with its options in each rotation, as one cluster."""
    found: dict[str, Item] = {}
    for places in range(len(item.meta["options"])):
        options, gold = rotated(item.meta["options"], item.gold, places)
        question, meta = _listed(item.meta["question"], options), {**item.meta, "options": tuple(options)}
        one = replace(item, question=question, gold=gold, cluster=item.cluster or item.id, meta=meta)
        found.setdefault(one.id, one)
    return list(found.values())


def _listed(question: str, options: Sequence[str]) -> str:
    lines = "\n".join(f"{letter}) {option}" for letter, option in zip(ascii_uppercase, options, strict=False))
    return f"{question}\n{lines}"


def _asked(row: Row, question: str, options: Sequence[str], gold: str) -> Item:
    meta = {"options": tuple(options), "profile": STRICT, "question": question}
    shown = _listed(question, options)
    return Item(shown, FORM, gold, row.group, row.cluster, meta, row.images, row.history)
