"""The rows that a language model is trained on as a router, from scores on dev."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, TypeVar

from ...agents.routing import labels

P = TypeVar("P")


def rows(prompts: Sequence[str], scores: Mapping[str, Sequence[float | None]]) -> list[dict[str, Any]]:
    """A row for each model with the best score on a question; their `weight` adds up to 1 for each question.

    Questions on which all score the same, or on which a call failed, teach nothing and have none.

    >>> rows(["2 + 2?", "3 + 3?"], {"amber": [1.0, 0.0], "blue": [0.0, 0.0]})
    [{'prompt': '2 + 2?', 'completion': 'Model 1', 'weight': 1.0}]
    """
    return [
        {"prompt": prompt, "completion": label, "weight": 1 / len(right)}
        for prompt, right in zip(prompts, best_labels(scores), strict=True)
        for label in right
    ]


def best_labels(scores: Mapping[str, Sequence[float | None]]) -> list[tuple[str, ...]]:
    """The labels of the models with the best score on each question; none where all score the same or a call failed.

    >>> best_labels({"amber": [1.0, 0.0, 1.0], "blue": [1.0, 0.0, 0.0], "coral": [0.0, 0.0, 0.0]})
    [('Model 1', 'Model 2'), (), ('Model 1',)]
    """
    found: list[tuple[str, ...]] = []
    for row in zip(*scores.values(), strict=True):
        known = [one for one in row if one is not None]
        if len(known) < len(row) or len(set(known)) < 2:
            found.append(())
        else:
            pairs = zip(labels(tuple(scores)), row, strict=True)
            found.append(tuple(label for label, one in pairs if one == max(known)))
    return found


def in_turn(prompts: Sequence[P], right: Sequence[Sequence[str]], passes: int) -> list[tuple[P, str]]:
    """So many passes over the questions that teach, each with one of its best labels; which one takes turns.

    So models that share the best score share the weight of the question, as the weights of `rows` say.

    >>> in_turn(["2 + 2?", "3 + 3?"], [("Model 1", "Model 2"), ()], 3)
    [('2 + 2?', 'Model 1'), ('2 + 2?', 'Model 2'), ('2 + 2?', 'Model 1')]
    """
    pairs = [(prompt, some) for prompt, some in zip(prompts, right, strict=True) if some]
    return [
        (prompt, some[(place + number) % len(some)])
        for number in range(passes)
        for place, (prompt, some) in enumerate(pairs)
    ]


def shuffled(right: Sequence[Sequence[str]], seed: int) -> list[Sequence[str]]:
    """The best labels of the questions that teach, dealt out to these questions anew: as many of each, by chance.

    >>> shuffled([("Model 1",), (), ("Model 2",)], 1)
    [('Model 2',), (), ('Model 1',)]
    """
    dealt = [some for some in right if some]
    Random(seed).shuffle(dealt)
    left = iter(dealt)
    return [next(left) if some else () for some in right]
