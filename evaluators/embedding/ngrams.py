"""An encoder without a model: counts of character n-grams, hashed. It knows spelling, not meaning."""

import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

SIZE: Final = 4096
"""The length of a vector."""

LENGTHS: Final = (3, 4, 5)
"""The lengths of n-grams, in characters; a word has a blank on either side."""


def encode(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """One vector of length 1 for each text, of shape (texts, 4096); of zeros for a text without a letter or digit.

    >>> same, other = encode(["A red kite.", "a red kite"]) @ encode(["a red kite"])[0], encode(["Oh!"])
    >>> same.round(6).tolist(), other.shape
    ([1.0, 1.0], (1, 4096))
    """
    vectors = np.zeros((len(texts), SIZE))
    for row, text in enumerate(texts):
        for gram in _grams(text):
            vectors[row, zlib.crc32(gram.encode()) % SIZE] += 1
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    return vectors


def _grams(text: str) -> Iterator[str]:
    words = "".join(one if one.isalnum() else " " for one in text.casefold()).split()
    for word in words:
        padded = f" {word} "
        for length in LENGTHS:
            yield from (padded[start : start + length] for start in range(max(1, len(padded) - length + 1)))
