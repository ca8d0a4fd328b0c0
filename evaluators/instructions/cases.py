"""Instructions on capital letters and on the language of a reply."""

import re
from importlib.util import find_spec
from typing import Final

from .counting import related

_TOKEN: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
DETECTOR: Final = "langdetect"


class Undecided(Exception):
    """A check needs a library that is not installed.

    >>> raise Undecided("needs langdetect")
    Traceback (most recent call last):
    symposia.evaluators.instructions.cases.Undecided: needs langdetect
    """


def capital_words(reply: str, *, capital_frequency: int, capital_relation: str | None = None) -> bool:
    """True for as many words in capitals alone as wanted."""
    return related(sum(word.isupper() for word in _TOKEN.findall(reply)), capital_relation, capital_frequency)


def english_capital(reply: str) -> bool:
    """True for a reply in capitals alone, in English where the language can be detected."""
    return reply.isupper() and _is(reply, "en", unknown=True)


def english_lowercase(reply: str) -> bool:
    """True for a reply without capitals, in English where the language can be detected."""
    return reply.islower() and _is(reply, "en", unknown=True)


def response_language(reply: str, *, language: str) -> bool:
    """True for a reply in this language. Raises `Undecided` where `langdetect` is not installed."""
    if find_spec(DETECTOR) is None:
        raise Undecided("language:response_language needs langdetect: pip install 'symposia[ifeval]'")
    return _is(reply, language, unknown=False)


def _is(reply: str, language: str, *, unknown: bool) -> bool:
    """True if a reply is in a language; `unknown` where that cannot be detected."""
    if find_spec(DETECTOR) is None:
        return unknown
    from langdetect import DetectorFactory, LangDetectException, detect  # type: ignore[import-not-found]

    DetectorFactory.seed = 0  # its draws are random otherwise
    try:
        return bool(detect(reply) == language)
    except LangDetectException:
        return True
