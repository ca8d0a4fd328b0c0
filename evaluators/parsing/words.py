"""Normalisation of texts to words: without case, accents, variants of quotes and dashes, and articles; signs stay."""

import re
from collections import Counter
from unicodedata import normalize

_ARTICLES = {"a", "an", "the"}
_EDGES = ".,;:!?\"'()[]{}<>*_`"
_QUOTING = "\"'`*_"
_QUOTES = dict.fromkeys("\u2018\u2019\u02bc`", "'") | dict.fromkeys("\u201c\u201d", '"')
_DASHES = dict.fromkeys("\u2010\u2011\u2013\u2014\u2212", "-")
_FOLDED = str.maketrans(_QUOTES | _DASHES)
_ACCENT = re.compile(r"[\u0300-\u036f]")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_TEXT_COMMAND = re.compile(r"\\(?:text\w*|mathrm|mathbf|mathit|mbox|emph|operatorname)\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([{}$%&#_])")


def words(text: str) -> list[str]:
    """The normalised words of a text; articles and punctuation only if there is nothing else."""
    folded = normalize("NFKD", _ESCAPED.sub(r"\1", _TEXT_COMMAND.sub(r"\1", text))).translate(_FOLDED).casefold()
    tokens = _HYPHEN.sub(" ", _ACCENT.sub("", folded)).split()
    trimmed = [token.strip(_EDGES) for token in tokens]
    content = [token for token in trimmed if token and token not in _ARTICLES]
    return (
        content or [token for token in trimmed if token] or [mark for mark in "".join(tokens) if mark not in _QUOTING]
    )


def spelled(text: str) -> str:
    """The canonical form of a text: its normalised words."""
    return " ".join(words(text))


def f1(said: str, gold: str) -> float:
    """The harmonic mean of precision and recall over the words of two texts; 0 if either is empty."""
    here, there = words(said), words(gold)
    common = sum((Counter(here) & Counter(there)).values())
    return 2 * common / (len(here) + len(there)) if common else 0.0
