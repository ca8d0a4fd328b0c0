"""Training sets from rows of candidates: dialogues to imitate, preferences, and inputs for online methods.

The conversion rules are those of CollabLLM's `MultiturnDataset`, with its faults mended: rows are never changed in
place, so that a second call returns what the first did, and a pair of equal scores prefers nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from statistics import fmean
from typing import Any, NamedTuple

from ...agents.errors import BadData
from .rows import SINGLE_TURN, Row

System = str | None


class Bound(NamedTuple):
    """A lower bound of a metric, by its path in a row: `rewards.accuracy` is the mean over futures.

    >>> Bound("rewards.accuracy", 0.5).met({"rewards": {"accuracy": [1.0, 0.0]}})
    True
    """

    path: str
    least: float

    def met(self, row: Row) -> bool:
        """True if a row is at the bound or above. Raises `BadData` for a row without the metric."""
        value: Any = row
        for name in self.path.split("."):
            if not isinstance(value, Mapping) or name not in value:
                raise BadData(f"lower bound: {self.path} is not in the rows. Name one as rewards.accuracy, or score.")
            value = value[name]
        known = [one for one in value if one is not None] if isinstance(value, list | tuple) else [value]
        return bool(known) and fmean(known) >= self.least


def sft(rows: Sequence[Row], system: System = None, bound: Bound | None = None) -> list[dict[str, Any]]:
    """A dialogue a conversation: its last turn with the best candidate, as `messages`."""
    found = []
    for conversation in grouped(rows, "conv_id"):
        last = max(conversation, key=lambda row: (row["turn_id"], row["score"]))
        if bound is None or bound.met(last):
            said = {"role": "assistant", "content": last["completion"]}
            found.append({"messages": [*told(system), *map(dict, last["prompt"]), said]})
    return found


def preferences(rows: Sequence[Row], system: System = None, minimum_gap: float = 0.0) -> list[dict[str, Any]]:
    """A pair a turn of the best and the worst candidate, where their scores differ by more than 0 and the gap at least.

    Raises `BadData` where no pair is left.
    """
    found = []
    for turn in grouped(rows, "conv_id", "turn_id"):
        best, worst = max(turn, key=lambda row: row["score"]), min(turn, key=lambda row: row["score"])
        gap = best["score"] - worst["score"]
        if gap > 0 and gap >= minimum_gap:
            found.append(
                {
                    "prompt": [*told(system), *map(dict, best["prompt"])],
                    "chosen": [{"role": "assistant", "content": best["completion"]}],
                    "rejected": [{"role": "assistant", "content": worst["completion"]}],
                    "score_chosen": best["score"],
                    "score_rejected": worst["score"],
                }
            )
    if not found:
        raise BadData(
            f"preferences: no pair among {len(rows)} candidates: the scores of each turn's differ by less than "
            f"{minimum_gap:g}, or are equal. Build more candidates, at a higher temperature, or lower minimum_gap."
        )
    return found


def inputs(rows: Sequence[Row], system: System = None) -> list[dict[str, Any]]:
    """A row a turn: its prompt and the goal, for methods that sample candidates themselves."""
    return [
        {
            "prompt": [*told(system), *map(dict, turn[0]["prompt"])],
            **{name: turn[0].get(name) for name in SINGLE_TURN},
        }
        for turn in grouped(rows, "conv_id", "turn_id")
    ]


def split(rows: Sequence[Row], evaluated: float, seed: int = 42, *, by: str = "conv_id") -> tuple[list[Row], list[Row]]:
    """Rows for training and for evaluation: a share of the rows, or from 1 on a number of them, drawn by the seed.

    Rows of one conversation, or of what is named by `by`, stay together where they have it. A share above 0 is one at
    least. Raises `BadData` where none is left for training.
    """
    groups = grouped(rows, by) if all(by in row for row in rows) else [[row] for row in rows]
    share = max(1, round(evaluated * len(groups))) if evaluated else 0
    count = int(evaluated) if evaluated >= 1 else share
    if count >= len(groups) and count:
        raise BadData(f"split: {count} of {len(groups)} to evaluate on. Leave some for training.")
    drawn = set(Random(seed).sample(range(len(groups)), count))
    train = [row for number, group in enumerate(groups) if number not in drawn for row in group]
    return train, [row for number in sorted(drawn) for row in groups[number]]


def grouped(rows: Iterable[Row], *names: str) -> list[list[Row]]:
    """Rows with the same values, in the order in which the first of each appears."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return list(found.values())


def told(system: System) -> list[dict[str, str]]:
    """The system turn, if there is one."""
    return [{"role": "system", "content": system}] if system else []
