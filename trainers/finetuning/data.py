"""Rows of data files: training sequences and preference pairs, by token ids or in text.

A row is a JSON object on a line, or a row of a Parquet file. Recorded token ids are those of `TrainingSequence` and
`PreferencePair`; text has `messages`, or `prompt` with `completion`, or with `chosen` and `rejected`, each a text or
messages, as data sets on the hub have them.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from ...agents.errors import BadData, PromptTooLong
from ...agents.frozen import Frozen
from ...agents.message import Ask, Conversation, Prompt
from ...agents.models.hf.chat import ChatTokenizer
from ...agents.turn import Turn
from .pair import PreferencePair
from .sequence import TrainingSequence

R = TypeVar("R")
F = TypeVar("F", bound=Frozen)


class Rows(NamedTuple, Generic[R]):
    """The rows of a file, and the number of those left out since they do not fit in the model's context.

    >>> Rows((1, 2), 0).long
    0
    """

    rows: tuple[R, ...]
    long: int


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON lines or a Parquet file. Raises `BadData`."""
    try:
        if path.suffix == ".parquet":
            from pyarrow.parquet import read_table  # type: ignore[import-untyped]

            rows: list[dict[str, Any]] = read_table(path).to_pylist()
            return rows
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"{path}: cannot be read: {error}. Give a .jsonl or a .parquet file.") from None
    return [_row(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def read_sequences(path: Path, chat: ChatTokenizer) -> Rows[TrainingSequence]:
    """The training sequences of a file. Raises `BadData`, which names the row."""
    return _all(path, lambda row, where: _sequences(row, chat, where))


def read_pairs(path: Path, chat: ChatTokenizer) -> Rows[PreferencePair]:
    """The preference pairs of a file. Raises `BadData`, which names the row."""
    return _all(path, lambda row, where: iter([_pair(row, chat, where)]))


def read_prompts(path: Path) -> tuple[Prompt, ...]:
    """The prompts of a file's rows: a text is a question, messages are a conversation. Raises `BadData`."""
    found: list[Prompt] = []
    for number, row in enumerate(read_rows(path), start=1):
        where = f"{path.name}: row {number}"
        if isinstance(row.get("prompt"), str):
            found.append(Ask(text=row["prompt"]))
        else:
            found.append(Conversation(history=turns_of(row.get("prompt", row.get("messages")), where)))
    return tuple(found)


def split(rows: Sequence[R], share: float, seed: int) -> tuple[list[R], list[R]]:
    """The rows for training and a share of them for dev, drawn by the seed, both in their order.

    >>> split([1, 2, 3, 4], 0.25, seed=0)
    ([1, 2, 3], [4])
    """
    chosen = set(Random(seed).sample(range(len(rows)), round(share * len(rows))))
    return [row for place, row in enumerate(rows) if place not in chosen], [rows[place] for place in sorted(chosen)]


def turns_of(said: Any, where: str) -> tuple[Turn, ...]:  # noqa: ANN401 - from a file
    """The turns of chat messages, or of a text, which is a user's. Raises `BadData`."""
    if isinstance(said, str):
        return (Turn("user", said),)
    try:
        return tuple(Turn(one["role"], one["content"]) for one in said)
    except (ValidationError, KeyError, TypeError):
        raise BadData(
            f"{where}: {str(said)[:60]!r} is neither a text nor messages. Messages are a list of objects with role and "
            "content."
        ) from None


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadData(f"{path.name}: row {number}: is not JSON: {error}.") from None
    if not isinstance(row, dict):
        raise BadData(f"{path.name}: row {number}: is not an object. Write one on each line.")
    return row


def _all(path: Path, made: Callable[[dict[str, Any], str], Iterator[R]]) -> Rows[R]:
    found: list[R] = []
    long = 0
    for number, row in enumerate(read_rows(path), start=1):
        try:
            found += made(row, f"{path.name}: row {number}")
        except PromptTooLong:
            long += 1
    return Rows(tuple(found), long)


def _sequences(row: Mapping[str, Any], chat: ChatTokenizer, where: str) -> Iterator[TrainingSequence]:
    from .text import sequences_of_messages

    if "ids" in row:
        return iter([_checked(TrainingSequence, row, chat, where)])
    if "messages" in row:
        turns = turns_of(row["messages"], where)
    elif "prompt" in row and "completion" in row:
        turns = (*turns_of(row["prompt"], where), Turn("assistant", answer_of(row["completion"], where)))
    else:
        raise BadData(
            f"{where}: has {', '.join(row) or 'nothing'}. Give ids and mask, messages, or prompt and completion."
        )
    return iter(sequences_of_messages(chat, turns, source=where))


def _pair(row: Mapping[str, Any], chat: ChatTokenizer, where: str) -> PreferencePair:
    from .text import pair_of_messages

    if "prompt_ids" in row:
        return _checked(PreferencePair, row, chat, where)
    if "chosen" not in row or "rejected" not in row:
        raise BadData(
            f"{where}: has {', '.join(row) or 'nothing'}. Give prompt_ids, chosen_ids and rejected_ids, or prompt, "
            "chosen and rejected."
        )
    if "prompt" in row:
        prompt = turns_of(row["prompt"], where)
    else:  # each of the two is a whole conversation
        prompt = turns_of(row["chosen"], where)[:-1]
        if turns_of(row["rejected"], where)[:-1] != prompt:
            raise BadData(f"{where}: chosen and rejected begin with different turns. Pair answers to one prompt.")
    texts = [answer_of(row[name], where) for name in ("chosen", "rejected")]
    pair = pair_of_messages(chat, prompt, texts[0], texts[1], source=where)
    scores = {name: row.get(name) for name in ("score_chosen", "score_rejected")}
    return _checked(PreferencePair, {**pair.model_dump(), **scores, "source": where}, chat, where)


def answer_of(said: Any, where: str) -> str:  # noqa: ANN401 - from a file
    """The text of an answer: the text itself, or the last one of messages, the assistant's. Raises `BadData`."""
    if isinstance(said, str):
        return said
    turns = turns_of(said, where)
    if not turns or turns[-1].role != "assistant":
        raise BadData(f"{where}: an answer that does not end with an assistant's turn. End it with one.")
    return turns[-1].text


def _checked(kind: type[F], row: Mapping[str, Any], chat: ChatTokenizer, where: str) -> F:
    try:
        made = kind.model_validate(dict(row))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        said = str(first.get("ctx", {}).get("error", first["msg"]))
        raise BadData(f"{where}: {f'{place}: ' * bool(place)}{said}") from None
    size = chat.vocabulary.size
    ids = (token for name, value in made if name.endswith("ids") for token in value)
    if odd := next((token for token in ids if not 0 <= token < size), None):
        raise BadData(f"{where}: no token of {chat.name} has the id {odd}. Its vocabulary has {size:,}.")
    return made
