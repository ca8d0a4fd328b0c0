"""Rows of CollabLLM's data sets: one a candidate, in the columns of its hub sets, and the nested form of its builder.

prompt                  the conversation before the candidate, without system turns: [{role, content}]
completion, score       the candidate, and its mean reward
conv_id, turn_id        the number of the conversation, and the number of messages in the prompt
single_turn_*           the goal, the reference and the rest of the task's row
sessions, rewards       the futures as whole conversations, and their scores by metric and as MR
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any, Final, TypeAlias

from ...agents import Turn
from ...agents.errors import BadData
from .dialogue import Dialogue, Response, Step

Row: TypeAlias = Mapping[str, Any]

NEEDED: Final = ("prompt", "completion", "conv_id", "score")
SINGLE_TURN: Final = ("single_turn_prompt", "single_turn_completion", "single_turn_metadata")


def messages(turns: Iterable[Turn]) -> list[dict[str, str]]:
    """Turns as chat messages, without those of the system.

    >>> messages([Turn("system", "be kind"), Turn("user", "hi")])
    [{'role': 'user', 'content': 'hi'}]
    """
    return [{"role": turn.role, "content": turn.text} for turn in turns if turn.role != "system"]


def single_turn(dialogue: Dialogue) -> dict[str, Any]:
    """The goal, the reference and the metadata of a conversation."""
    return dict(zip(SINGLE_TURN, (dialogue.goal, dialogue.reference, dict(dialogue.metadata)), strict=True))


def flat(dialogues: Iterable[Dialogue]) -> Iterator[dict[str, Any]]:
    """A row for each scored candidate, in the columns of the hub sets, with `goal_id`, a stable id of the goal.

    Candidates that could not be scored are left out: a missing score is no zero.
    """
    for dialogue in dialogues:
        for step in dialogue.steps:
            for response in step.responses:
                if response.score is not None:
                    yield row_of(dialogue, step, response)


def row_of(dialogue: Dialogue, step: Step, response: Response) -> dict[str, Any]:
    """The row of one candidate."""
    prompt = messages(step.prompt)
    return {
        "prompt": prompt,
        "completion": response.answer.text,
        "conv_id": dialogue.number,
        "score": response.score,
        **single_turn(dialogue),
        "turn_id": len(prompt),
        **kept(response),
        "goal_id": dialogue.id,
    }


def kept(response: Response) -> dict[str, Any]:
    """The futures of a candidate and their scores."""
    return {
        "sessions": [messages(session) for session in response.sessions],
        "rewards": {name: list(scores) for name, scores in response.rewards.items()},
    }


def nested(dialogues: Iterable[Dialogue]) -> Iterator[dict[str, Any]]:
    """A row for each conversation, as the original's builder writes them; unscored candidates are left out."""
    for dialogue in dialogues:
        turns = [
            {
                "prompt": messages(step.prompt),
                "responses": [
                    {"completion": one.answer.text, "score": one.score, **kept(one)}
                    for one in step.responses
                    if one.score is not None
                ],
            }
            for step in dialogue.steps
        ]
        yield {**single_turn(dialogue), "turns": turns}


def flattened(conversations: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Nested rows as flat ones; the number of a conversation is its place."""
    for number, one in enumerate(conversations):
        for turn in one["turns"]:
            for response in turn["responses"]:
                yield {
                    "prompt": turn["prompt"],
                    **response,
                    "conv_id": number,
                    "turn_id": len(turn["prompt"]),
                    **{name: one.get(name) for name in SINGLE_TURN},
                }


def checked(rows: Iterable[Row], *, where: str) -> list[Row]:
    """Flat rows, from flat or nested ones, with a `turn_id`. Raises `BadData` for one without what sets are made of."""
    found = list(rows)
    if not found:
        raise BadData(f"{where}: no rows. Give one at least.")
    if all("turns" in row for row in found):
        found = list(flattened(found))
    for number, row in enumerate(found):
        if missing := [name for name in NEEDED if name not in row]:
            raise BadData(
                f"{where}: row {number} has no {', '.join(missing)}. Rows have {', '.join(NEEDED)}, or turns with "
                "responses."
            )
        if not row["prompt"] or row["prompt"][-1]["role"] != "user":
            raise BadData(f"{where}: row {number}: its prompt does not end with the user. The response follows it.")
        if not isinstance(row["score"], int | float) or not isfinite(row["score"]):
            raise BadData(f"{where}: row {number}: a score of {row['score']}. Give a number, or leave the row out.")
    return [{**row, "turn_id": row.get("turn_id") or len(row["prompt"])} for row in found]
