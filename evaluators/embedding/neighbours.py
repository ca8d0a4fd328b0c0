"""Regions around texts: for each text the known ones that count for it, and how much, as rows that add up to one."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from . import ngrams, sentences

Array = np.ndarray[Any, np.dtype[np.float64]]


@lru_cache(maxsize=8)
def known_vectors(encoder: str, texts: tuple[str, ...]) -> Array:
    """One vector of length 1 for each text, by `ngrams` or a sentence encoder; kept for the next call.

    >>> known_vectors("ngrams", ("a red kite", "a blue sky")).shape
    (2, 4096)
    """
    return ngrams.encode(texts) if encoder == "ngrams" else sentences.encoder(encoder)(texts)


def similarities(encoder: str, texts: Sequence[str], known: tuple[str, ...]) -> Array:
    """The cosine of each text with each known one, of shape (texts, known).

    >>> similarities("ngrams", ["a red kite"], ("A red kite.", "oh")).round(6).tolist()
    [[1.0, 0.0]]
    """
    encoded = ngrams.encode(texts) if encoder == "ngrams" else sentences.encoder(encoder)(texts)
    return np.asarray(encoded @ known_vectors(encoder, known).T)


def nearest(likeness: Array, count: int) -> Array:
    """The `count` most alike known texts count equally; of equals, the first. Shapes (texts, known) both.

    A known text whose likeness is minus infinity is left out.

    >>> nearest(np.array([[0.1, 0.9, 0.9], [0.5, 0.2, 0.3]]), 2).tolist()
    [[0.0, 0.5, 0.5], [0.5, 0.0, 0.5]]
    """
    chosen = np.argsort(-likeness, axis=1, kind="stable")[:, :count]
    rows = np.zeros_like(likeness)
    np.put_along_axis(rows, chosen, 1.0, axis=1)
    rows[np.isneginf(likeness)] = 0
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def clusters(vectors: Array, count: int, steps: int = 50) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The cluster of each vector, by k-means. It starts from the first vector and then from the furthest one each time.

    So there is no chance in it, and the order of equal vectors does not matter.

    >>> clusters(np.array([[0.0], [0.1], [5.0], [5.1]]), 2).tolist()
    [0, 0, 1, 1]
    """
    centres = vectors[:1]
    while len(centres) < count:
        centres = np.vstack([centres, vectors[distances(vectors, centres).min(axis=1).argmax()]])
    held = distances(vectors, centres).argmin(axis=1)
    for _ in range(steps):
        members = [vectors[held == number] for number in range(count)]
        centres = np.array([own.mean(axis=0) if len(own) else old for own, old in zip(members, centres, strict=True)])
        moved = distances(vectors, centres).argmin(axis=1)
        if (moved == held).all():
            break
        held = moved
    return np.asarray(held)


def distances(vectors: Array, centres: Array) -> Array:
    """Squared Euclidean distances, of shape (vectors, centres).

    >>> distances(np.array([[0.0, 3.0]]), np.array([[4.0, 0.0]])).tolist()
    [[25.0]]
    """
    squares = (vectors**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None, :]
    return np.asarray(np.maximum(squares - 2 * vectors @ centres.T, 0))


def regions(likeness: Array, held: np.ndarray[Any, np.dtype[np.int64]]) -> Array:
    """The known texts of the cluster that is most alike on average count equally. Shapes as of `nearest`.

    A known text whose likeness is minus infinity is left out; where a cluster has no other, it is not chosen.

    >>> regions(np.array([[0.9, 0.1, 0.6], [0.9, 0.1, -np.inf]]), np.array([0, 0, 1])).tolist()
    [[0.0, 0.0, 1.0], [0.5, 0.5, 0.0]]
    """
    rows = np.zeros_like(likeness)
    for row, alike in zip(rows, likeness, strict=True):
        there = np.isfinite(alike)
        means = {number: alike[there & (held == number)].mean() for number in np.unique(held[there])}
        own = there & (held == max(means, key=means.__getitem__))
        row[own] = 1 / own.sum()
    return rows
