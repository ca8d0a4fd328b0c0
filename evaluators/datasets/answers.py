"""Files of a model's answers to open-ended questions, as benchmarks publish them, found by question id or text.

AlpacaEval     instruction, output
MT-Bench       question_id, choices[{turns: [text, ..]}]
Arena-Hard     question_id, choices[{turns: [{content}, ..]}], or uid, messages[{role, content: {answer} or text}]
FLASK          question_id or instruction, text
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ...agents.errors import BadData
from .row import Row
from .rows import rows

IDS: Final = ("question_id", "uid", "idx", "prompt_id", "id")
TEXTS: Final = ("output", "text", "answer", "response")


class Answers(NamedTuple):
    """Answers by question: one text for each turn, by the id of the question and by its text.

    >>> Answers({"81": ("Aloha", "Ciao")}, {}).of("81", "Write a post.")
    ('Aloha', 'Ciao')
    """

    by_id: Mapping[str, tuple[str, ...]]
    by_text: Mapping[str, tuple[str, ...]]

    def of(self, name: str | None, question: str) -> tuple[str, ...]:
        """The answers to a question, empty without any. The id, where it is known, goes before the text."""
        found = self.by_id.get(name) if name is not None else None
        return found or self.by_text.get(question.strip(), ())


def answers(source: str) -> Answers:
    """The answers in a file. Raises `BadData` for a row that is in none of the forms."""
    by_id: dict[str, tuple[str, ...]] = {}
    by_text: dict[str, tuple[str, ...]] = {}
    for row in rows(source, "test"):
        said = turns_in(row)
        name, question = id_of(row.fields), row.fields.get("instruction")
        if name is None and question is None:
            raise BadData(f"{row.where}: no question_id, uid or instruction. An answer needs one of them.")
        if name is not None:
            by_id[name] = said
        if question is not None:
            by_text[str(question).strip()] = said
    return Answers(by_id, by_text)


def id_of(fields: Mapping[str, Any]) -> str | None:
    """The id of a question or of an answer to it; None without one."""
    return next((str(fields[name]) for name in IDS if fields.get(name) is not None), None)


def turns_in(row: Row) -> tuple[str, ...]:
    """The texts of an answer, one for each turn. Raises `BadData`."""
    fields = row.fields
    if isinstance(choices := fields.get("choices"), Sequence) and choices and isinstance(choices[0], Mapping):
        said = [text_of(turn) for turn in choices[0].get("turns") or ()]
    elif isinstance(messages := fields.get("messages"), Sequence):
        said = [text_of(one) for one in messages if isinstance(one, Mapping) and one.get("role") == "assistant"]
    else:
        said = [text_of(fields[name]) for name in TEXTS if fields.get(name) is not None][:1]
    if not said or any(text is None for text in said):
        raise BadData(f"{row.where}: no answer. Give output, text, choices[{{turns}}] or messages.")
    return tuple(str(text) for text in said)


def text_of(turn: object) -> str | None:
    """The text of a turn: itself, its `content`, or the `answer` in that; None for anything else."""
    for name in ("content", "answer"):
        if isinstance(turn, Mapping):
            turn = turn.get(name, turn)
    return turn if isinstance(turn, str) else None
