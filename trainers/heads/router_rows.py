"""The rows that a language model is trained on as a router, from scores on dev."""

from collections.abc import Mapping, Sequence
from typing import Any


def rows(prompts: Sequence[str], scores: Mapping[str, Sequence[float | None]]) -> list[dict[str, Any]]:
    """A row for each model with the best score on a question; their `weight` adds up to 1 for each question.

    Questions on which all score the same, or on which a call failed, teach nothing and have none.

    >>> rows(["2 + 2?", "3 + 3?"], {"amber": [1.0, 0.0], "blue": [0.0, 0.0]})
    [{'prompt': '2 + 2?', 'completion': 'Model 1', 'weight': 1.0}]
    """
    found = []
    for prompt, *row in zip(prompts, *scores.values(), strict=True):
        known = [one for one in row if one is not None]
        if len(known) < len(row) or len(set(known)) < 2:
            continue
        best = [label for label, one in zip(labels(tuple(scores)), row, strict=True) if one == max(known)]
        found += [{"prompt": prompt, "completion": label, "weight": 1 / len(best)} for label in best]
    return found


def labels(names: Sequence[str]) -> list[str]:
    """The replies that a router has: `Model 1` for the first member that answers."""
    return [f"Model {number}" for number in range(1, len(names) + 1)]
