"""The checkers of the 25 instructions by their ids, with the published definitions."""

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any, Final, TypeAlias

from . import cases, formats, keywords, lengths

Checker: TypeAlias = Callable[..., bool]
"""A function of a reply and the instruction's own arguments, by name."""

CHECKERS: Final[Mapping[str, Checker]] = {
    "keywords:existence": keywords.existence,
    "keywords:frequency": keywords.frequency,
    "keywords:forbidden_words": keywords.forbidden,
    "keywords:letter_frequency": keywords.letters,
    "language:response_language": cases.response_language,
    "length_constraints:number_sentences": lengths.number_sentences,
    "length_constraints:number_paragraphs": lengths.number_paragraphs,
    "length_constraints:number_words": lengths.number_words,
    "length_constraints:nth_paragraph_first_word": lengths.first_word_of_paragraph,
    "detectable_content:number_placeholders": formats.number_placeholders,
    "detectable_content:postscript": formats.postscript,
    "detectable_format:number_bullet_lists": formats.number_bullet_lists,
    "detectable_format:constrained_response": formats.constrained_response,
    "detectable_format:number_highlighted_sections": formats.number_highlighted_sections,
    "detectable_format:multiple_sections": formats.multiple_sections,
    "detectable_format:json_format": formats.json_format,
    "detectable_format:title": formats.title,
    "combination:two_responses": formats.two_responses,
    "combination:repeat_prompt": formats.repeat_prompt,
    "startend:end_checker": formats.end_checker,
    "startend:quotation": formats.quotation,
    "change_case:capital_word_frequency": cases.capital_words,
    "change_case:english_capital": cases.english_capital,
    "change_case:english_lowercase": cases.english_lowercase,
    "punctuation:no_comma": formats.no_comma,
}


def wrong_arguments(name: str, given: Mapping[str, Any]) -> str | None:
    """The reason why an instruction cannot be checked with these arguments; None if it can."""
    if name not in CHECKERS:
        return f"no instruction {name!r} is known"
    takes = list(signature(CHECKERS[name]).parameters.values())[1:]
    if unknown := given.keys() - {one.name for one in takes}:
        return f"{name} takes no {', '.join(sorted(unknown))}"
    missing = [one.name for one in takes if one.default is one.empty and one.name not in given]
    return f"{name} needs {', '.join(missing)}" if missing else None


def follows(reply: str, name: str, given: Mapping[str, Any]) -> bool:
    """True if a reply follows an instruction; an empty one follows none. Raises `Undecided`."""
    return bool(reply.strip()) and CHECKERS[name](reply, **given)


def loosened(reply: str) -> tuple[str, ...]:
    """The eight texts of which one must follow in loose grading: without first and last lines, without asterisks."""
    lines = reply.split("\n")
    parts = (reply, "\n".join(lines[1:]).strip(), "\n".join(lines[:-1]).strip(), "\n".join(lines[1:-1]).strip())
    return (*parts, *(part.replace("*", "") for part in parts))
