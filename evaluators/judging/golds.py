"""What the gold of an open-ended question holds: a reference, a baseline's answer, and tags.

The gold is the reference as text, or a mapping with any of `reference`, `references` (several, the first one is
`reference`, too), `baseline`, `turns` (one mapping for each turn of a conversation), `skills`, `domains`, `difficulty`,
`category`, `gamed`. Only graders read it.
"""

from collections.abc import Mapping
from typing import Any

from ...agents import Answer, Turn
from ...agents.continued import Concluded, written
from ...agents.errors import BadData
from ..task import Item


def gold_of(item: Item) -> Mapping[str, Any]:
    """The gold as a mapping; that of the turn which is graded, where the question has several.

    >>> gold_of(Item("2 + 2?", "", "4"))["reference"]
    '4'
    """
    if not isinstance(item.gold, Mapping):
        return {} if item.gold is None else {"reference": str(item.gold)}
    turns = item.gold.get("turns")
    turn = sum(one.role == "user" for one in item.history)
    return {**item.gold, **turns[turn]} if turns and turn < len(turns) else item.gold


def reference_of(item: Item) -> str | None:
    """The reference answer of a question, None without one."""
    found = gold_of(item).get("reference")
    return str(found) if found is not None and str(found).strip() else None


def baseline_of(item: Item, *, where: str) -> str:
    """The answer to compare with: the baseline's, else the reference. Raises `BadData` without either."""
    found = gold_of(item).get("baseline")
    found = reference_of(item) if found is None else str(found)
    if found is None:
        raise BadData(
            f"{where}: question {item.id} has no answer to compare with. Give a file of a baseline's answers, "
            "task: {options: {baseline: answers.jsonl}}, or data with references."
        )
    return found


def texts_of(item: Item, name: str) -> tuple[str, ...]:
    """A list of tags of a question, such as its `skills`; empty without it."""
    return tuple(map(str, gold_of(item).get(name) or ()))


def shown(item: Item) -> str:
    """The request as a judge reads it: the question, after the conversation so far where there is one."""
    return written((*item.history, Turn("user", item.question))) if item.history else item.question


def conversation_of(item: Item, answer: Answer) -> tuple[Turn, ...]:
    """The whole conversation, without system turns: the one that the protocol had, else the question's with its answer.

    >>> [turn.text for turn in conversation_of(Item("2 + 2?", "", "4"), Answer(text="four"))]
    ['2 + 2?', 'four']
    """
    if isinstance(answer, Concluded):
        return tuple(turn for turn in answer.conversation if turn.role != "system")
    turns = (*item.history, Turn("user", item.question), Turn("assistant", answer.text))
    return tuple(turn for turn in turns if turn.role != "system")
