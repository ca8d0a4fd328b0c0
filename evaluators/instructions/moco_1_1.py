"""The checkers as MoCo 1.1.2 has them, where they differ from the published ones: only to compare with its numbers."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from . import formats
from .checkers import CHECKERS
from .counting import related


def forbidden(reply: str, *, forbidden_words: Sequence[str]) -> bool:
    """True if none of these is in the reply, as a part of words either."""
    return not any(word.lower() in reply.lower() for word in forbidden_words)


def number_words(reply: str, *, num_words: int, relation: str | None = None) -> bool:
    """True for as many words between blanks as wanted."""
    return related(len(reply.split()), relation, num_words)


def number_sentences(reply: str, *, num_sentences: int, relation: str | None = None) -> bool:
    """True for as many parts that end in punctuation before a blank or the end as wanted."""
    parts = re.split(r"(?<=[.!?])\s+", reply.strip())
    return related(sum(map(bool, parts)), relation, num_sentences)


def number_paragraphs(reply: str, *, num_paragraphs: int) -> bool:
    """True for exactly as many blocks between blank lines, dividers included."""
    return len(_blocks(reply)) == num_paragraphs


def first_word(reply: str, *, nth_paragraph: int, first_word: str, num_paragraphs: int | None = None) -> bool:
    """True if the nth block begins with this word, punctuation included."""
    blocks = _blocks(reply)
    return 1 <= nth_paragraph <= len(blocks) and blocks[nth_paragraph - 1].split()[0].lower() == first_word.lower()


def highlights(reply: str, *, num_highlights: int) -> bool:
    """True for at least as many texts between single asterisks; double ones do not count."""
    return len(re.findall(r"(?<!\*)\*[^*\n]+\*(?!\*)", reply)) >= num_highlights


def bullets(reply: str, *, num_bullets: int) -> bool:
    """True for at least as many lines that begin with an asterisk, a hyphen or a bullet, and a blank."""
    return len(re.findall(r"^\s*[*\u2022-]\s+", reply, re.M)) >= num_bullets


def title(reply: str) -> bool:
    """True if there is a heading of markdown; a title in angular brackets is none."""
    return re.search(r"^#+\s+\S", reply, re.M) is not None


def capital_words(reply: str, *, capital_frequency: int, capital_relation: str | None = None) -> bool:
    """True for as many words that begin with a capital as wanted; never for an empty reply."""
    found = reply.split()
    return bool(found) and related(sum(word[0].isupper() for word in found), capital_relation, capital_frequency)


def capital(reply: str) -> bool:
    """True if all letters are capitals."""
    return _all_letters(reply, str.isupper)


def lowercase(reply: str) -> bool:
    """True if no letter is a capital."""
    return _all_letters(reply, str.islower)


def postscript(reply: str, *, postscript_marker: str) -> bool:
    """True if the marker is in the reply, in this case."""
    return postscript_marker in reply


def end_checker(reply: str, *, end_phrase: str) -> bool:
    """True if the reply ends with the phrase, in this case."""
    return reply.strip().endswith(end_phrase.strip())


def repeat_prompt(reply: str, *, prompt_to_repeat: str) -> bool:
    """True if the request is anywhere in the reply."""
    return prompt_to_repeat.strip().lower() in reply.lower()


def two_responses(reply: str) -> bool:
    """True if there are six asterisks."""
    return formats.DIVIDER in reply


def unsupported(reply: str, *, language: str) -> bool:
    """False: its detector is not installed with it."""
    return False


DIFFERENT: Final[Mapping[str, Callable[..., bool]]] = {
    "keywords:forbidden_words": forbidden,
    "language:response_language": unsupported,
    "length_constraints:number_sentences": number_sentences,
    "length_constraints:number_paragraphs": number_paragraphs,
    "length_constraints:number_words": number_words,
    "length_constraints:nth_paragraph_first_word": first_word,
    "detectable_content:postscript": postscript,
    "detectable_format:number_bullet_lists": bullets,
    "detectable_format:number_highlighted_sections": highlights,
    "detectable_format:title": title,
    "combination:two_responses": two_responses,
    "combination:repeat_prompt": repeat_prompt,
    "startend:end_checker": end_checker,
    "change_case:capital_word_frequency": capital_words,
    "change_case:english_capital": capital,
    "change_case:english_lowercase": lowercase,
}


def follows(reply: str, name: str, given: Mapping[str, Any]) -> bool:
    """True if a reply follows an instruction as MoCo checks it; an unknown instruction is followed."""
    checker = DIFFERENT.get(name) or CHECKERS.get(name)
    return checker is None or checker(reply, **given)


def _blocks(reply: str) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", reply.strip()) if block.strip()]


def _all_letters(reply: str, is_right: Callable[[str], bool]) -> bool:
    letters = [character for character in reply if character.isalpha()]
    return bool(letters) and all(map(is_right, letters))
