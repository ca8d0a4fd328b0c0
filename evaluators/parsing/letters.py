"""Extraction of the chosen option from a reply, as a letter by position: A is the first.

The first of these rules that finds one, each in the last place where it holds: what is marked or stated as the answer
(`final.py`), by its letter or its text; "I choose C", "option C is right"; the only option that is called by its
letter; a reply that is nothing but the letter; a first or last line that is an option, with or without its letter.
An explanation may follow, and the text after a letter need not be exact, but must not be another option's. The word
"a" is an option only where it stands alone, or is set off by punctuation.
"""

import re
from collections.abc import Iterator, Sequence
from string import ascii_uppercase
from typing import Final

from .characters import folded, without_tags
from .final import content_lines, finals
from .labelled import contradicts, first_lines, is_option, label_of, option_named, unwrapped

_LETTER: Final = (
    r"[\s*_\"'`$]*+(?:\b(?:the\s+)?(?:option|choice|letter|answer)\b[\s:]*)?[*_\"'`$(\[{<]*+"
    r"(?P<letter>[A-Z])(?![\w'\u2019+&#?]|-\w|\.\w)(?=(?P<rest>.*))"
)
_ANSWER: Final = re.compile(_LETTER, re.I | re.S)
_AT_END: Final = r"(?=[*_\s(]*[A-Z][)*_]*(?:[.\s]*$|,?\s+(?:because|since)\b))"
_CHOSEN: Final = re.compile(
    r"\b(?:(?:option|choice|selection|letter)(?:\s+(?:is|should\s+be|must\s+be|would\s+be)\b\s*:?|\s*:)"
    r"|\b(?:conclusion|verdict|decision)[*_]*\s*:"
    r"|(?:I|we)(?:['\u2019]d|\s+would)?\s+(?:choose|chose|pick|picked|select|selected|go\s+with|say|answer)\b:?"
    r"|(?:let['\u2019]s\s+go\s+with|(?<![\w ])(?:choose|pick|select))\b|answer(?=\s+\()"
    rf"|it(?:['\u2019]s|\s+is|\s+(?:must|has\s+to|should)\s+be){_AT_END}"
    rf"|(?:so|thus|hence|therefore|finally)\b(?:[,:]|\s+it['\u2019]?s|\s+it\s+is)?{_AT_END}){_LETTER}",
    re.I | re.M,
)
_RIGHT: Final = re.compile(
    r"(?:^|(?<=[.!?,:]\s)|\b(?:option|choice|so|that|think|but|and|only)\s+)[*_\"'(\[]*(?P<letter>[A-Z])(?![\w'\u2019])[*_\"')\]]*(?P<rest>)\s+"
    r"(?:is|must\s+be|should\s+be|seems)\s+(?:the\s+)?(?:most\s+)?(?:correct|right|best|true|most\s+likely|my\s+answer|accurate)\b(?![^.!\n]*\?)",
    re.I | re.M,
)
_CALLED: Final = re.compile(
    r"\b(?:option|choice)\s+[*_\"'(\[]*([A-Z])\b(?!['\u2019]|[*_\"')\]]*\s+is\s+(?:wrong|incorrect|not|false))", re.I
)
_DENIED: Final = re.compile(r"(?:\b(?:not|cannot|never|doubt|if|whether)\b|n['\u2019]t\b)[^.!?;,\n]{0,60}\Z", re.I)
_GIVEN: Final = re.compile(r"[*_(\[]*(?P<letter>[A-Z])[)\]*_]*,?\s+(?:because|since|as)\b(?P<rest>)")
_WORD: Final = re.compile(r"\s+\w")
_REASON: Final = re.compile(r"\s+(?:(?:because|since|as|due|is)\b|(?:rather\s+than|instead\s+of|not)\s+[B-Z]\b)")
_IN_BRACKETS: Final = re.compile(r"\([^()\n]*[^()\n*_\"']\Z")
_AFTER_LABEL: Final = re.compile(r"[*_$}]*(?:[)\]}>.:]+|\s+[-–—=]\s)[\s*_:]*(?P<text>\S.*)", re.S)  # noqa: RUF001
_ANOTHER: Final = re.compile(  # "C and B", "C, B"; but neither "C, B is wrong" nor "C or a part of it"
    r"[\s*_)\].\"'}>$]*(?:\b(?:and|or)\b|&|/|(?P<comma>,))[\s*_(\[\"'{<$]*(?:option\s+)?"
    r"(?P<letter>[B-HJ-Z]|[AI](?!\s+\w))(?![\w'\u2019])(?(comma)(?!\s+\w))",
    re.I,
)


def letter_in(reply: str, options: Sequence[str] = ()) -> str | None:
    """The letter of the option that a reply chooses; without options, any letter is one.

    None if it chooses none, more than one, or one that does not exist.
    """
    reply, options = first_lines(folded(reply), [without_tags(folded(option)) for option in options])
    valid = ascii_uppercase[: len(options) or None]
    for letters in _found(reply, options):
        if letters:
            (letter, *others) = letters
            return letter if not others and letter in valid else None
    return None


def _found(reply: str, options: Sequence[str]) -> Iterator[set[str]]:
    """The letters that each rule finds, in order; several, or one that does not exist, are no choice."""
    for answer in finals(reply).stated:
        yield _stated(answer, options)
    lines = content_lines(reply)
    text = "\n".join(lines)
    yield _last(text, _CHOSEN, _RIGHT)
    yield {letter.upper() for letter in _CALLED.findall(text)}
    yield _alone(text)
    yield _by_line(lines, options)


def _stated(answer: str, options: Sequence[str]) -> set[str]:
    """The letter of an answer that is marked or stated: by the whole text of an option, or by the letter in front."""
    plain = unwrapped(answer)
    named = _one(option_named(answer, options))
    alone = _alone(plain)
    if alone and alone <= set(ascii_uppercase[: len(options) or None]):
        return alone | named if plain.strip("*()[].").islower() else alone  # "a" may be the text of another option
    found = None if named else _ANSWER.match(plain)
    return _letters(found, options) if found and not _is_word(found) else named


def _letters(found: re.Match[str], options: Sequence[str]) -> set[str]:
    """The letter of a match, another one coordinated with it ("C and B"), and the option whose text follows it."""
    letter = found["letter"].upper()
    place = ascii_uppercase.index(letter)
    after = _AFTER_LABEL.match(found["rest"])
    if after and place < len(options) and contradicts(after["text"], place, options):
        return {letter, "the text of another"}
    another = _ANOTHER.match(found["rest"])
    return {letter} | ({another["letter"].upper()} if another else set())


def _last(text: str, *patterns: re.Pattern[str]) -> set[str]:
    """The letter of the last match of any of the patterns, outside of a remark in brackets: "A (B and C) is right"."""
    found = [(match, match.start("letter")) for pattern in patterns for match in pattern.finditer(text)]
    outside = [
        match for match, at in found if not (_denied(text, at) or _IN_BRACKETS.search(text, max(0, at - 300), at))
    ]
    matches = [match for match in outside if not _is_word(match)]
    return _letters(max(matches, key=lambda match: match.start("letter")), ()) if matches else set()


def _is_word(match: re.Match[str]) -> bool:
    """True if the letter is the article "a" or the pronoun "I": a word follows that is not "because" or the like."""
    if match["letter"] not in "aiAI" or not _WORD.match(match["rest"]):
        return False
    return not (match["letter"].isupper() and _REASON.match(match["rest"]))


def _alone(reply: str) -> set[str]:
    """The letter of a reply that is a single letter, apart from markup and punctuation."""
    letters = [] if re.search(r"\w[+#?]", reply) else re.findall(r"[^\W_]+", unwrapped(reply))
    if len(letters) == 2 and letters[0].lower() in ("option", "choice"):
        letters = letters[1:]
    return {letters[0].upper()} if len(letters) == 1 and re.fullmatch("[A-Za-z]", letters[0]) else set()


def _by_line(lines: list[str], options: Sequence[str]) -> set[str]:
    """The option that the first line is, before an explanation, or the last; none where the options are listed."""
    plain = [unwrapped(line) for line in lines[:1] + lines[-1:]]
    if not plain:
        return set()
    first, last = ({*_alone(line), *_given(line)} or _one(option_named(line, options)) for line in plain)
    if sum(is_option(line, options) for line in lines) < 2:
        first = first or _one(label_of(plain[0], options, alike=len(lines) > 1))
    exact = last or (
        _one(label_of(plain[1], options)) if is_option(plain[1], options) and not _listed(lines) else set()
    )
    if not options:
        exact |= {letter for line in lines if (letter := label_of(line, options))}
    return first | exact or (set() if _listed(lines) else _one(label_of(plain[1], options, alike=True)))


def _denied(text: str, place: int) -> bool:
    """True if the clause before a place holds a "not" or an "if"."""
    return _DENIED.search(text, max(0, place - 80), place) is not None


def _given(line: str) -> set[str]:
    """The letter at the start of a line that goes on with the reason: "C, because ..."."""
    found = _GIVEN.match(line)
    return {found["letter"]} if found else set()


def _listed(lines: list[str]) -> bool:
    """True if the last line is the last of a list of options: the one before it has the letter before its own."""
    before, last = ("".join(sorted(_one(label_of(line, ())))) for line in ("", *lines)[-2:])
    return bool(before and last) and ord(before) + 1 == ord(last)


def _one(letter: str | None) -> set[str]:
    return set() if letter is None else {letter}
