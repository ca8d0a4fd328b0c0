"""Instructions on the length of a reply: sentences, words and paragraphs."""

import re
from typing import Final

from .counting import related, sentences, words

_DIVIDER: Final = re.compile(r"\s?\*\*\*\s?")
_AFTER_WORD: Final = re.compile(r"[.,?!'\"]")


def number_sentences(reply: str, *, num_sentences: int, relation: str | None = None) -> bool:
    """True for as many sentences as wanted."""
    return related(sentences(reply), relation, num_sentences)


def number_words(reply: str, *, num_words: int, relation: str | None = None) -> bool:
    """True for as many words as wanted."""
    return related(words(reply), relation, num_words)


def number_paragraphs(reply: str, *, num_paragraphs: int) -> bool:
    """True for exactly as many paragraphs, divided by three asterisks; none within may be empty."""
    parts = [part.strip() for part in _DIVIDER.split(reply)]
    inner = parts[1:-1] if len(parts) > 1 else parts
    return all(inner) and sum(map(bool, parts)) == num_paragraphs


def first_word_of_paragraph(reply: str, *, num_paragraphs: int, nth_paragraph: int, first_word: str) -> bool:
    """True for as many paragraphs, divided by blank lines, of which the nth begins with this word, in any case."""
    paragraphs = [part.strip() for part in reply.split("\n\n")]
    if sum(map(bool, paragraphs)) != num_paragraphs or not 1 <= nth_paragraph <= num_paragraphs:
        return False
    wanted = paragraphs[nth_paragraph - 1].split()
    found = _AFTER_WORD.split(wanted[0].lstrip("'\""))[0].lower() if wanted else ""
    return found == first_word.lower()
