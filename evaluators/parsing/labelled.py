"""Lines that begin with the letter of an option: `B) Paris`, `**C.** London`, `(D): Rome, since ...`."""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from string import ascii_uppercase
from typing import Final

from .prose import first_sentence
from .words import f1, spelled

_LABELLED: Final = re.compile(
    r"[\s*_>#\"'`$({\[<-]*(?:(?:option|choice)\s+)?[*_($\[{]*(?P<letter>[A-Za-z])[*_$}]*"
    r"(?:[)\]}>.:]+[*_:.$]*|\s+[-–—=]\s|\s*:)[)*_]*\s*(?P<text>\S.*)",  # noqa: RUF001
    re.IGNORECASE | re.DOTALL,
)
_A_LABEL: Final = re.compile(r"[\s*_(\[]*A[*_]*(?:[)\].:]|\s+[-–—=]\s)")  # noqa: RUF001
_WRAPPER: Final = re.compile(
    r"\\(?:text\w*|math[a-z]+|mbox|boxed|bf|rm|left|right|displaystyle)(?![A-Za-z])|\\[ ,;:!()\[\]]|\\?[${}]"
)
_CLAUSE: Final = re.compile(r"\s*(?:[;(]|,\s|\s[-–—]\s|\s(?:because|since|as it|due to)\b).*", re.DOTALL)  # noqa: RUF001
_AFTER: Final = re.compile(r"(?P<text>.*\S)\s*[(\[]\s*(?:option\s+)?(?P<letter>[A-Z])\s*[)\]][.*_\s]*", re.DOTALL)
_ALIKE: Final = 0.6
_LONGEST: Final = 300


def option_named(text: str, options: Sequence[str]) -> str | None:
    """The letter of the only option whose text this is, with or without an explanation or its letter after it."""
    if (after := _AFTER.fullmatch(text)) and option_named(after["text"], options) == after["letter"]:
        return after["letter"]
    for part in (text, first_sentence(text), _CLAUSE.sub("", text)):
        for form in (spelled, spelled_formula):
            same = [place for place, option in enumerate(options) if _same(part, option, form)]
            if len(same) == 1 and (part == text or _is_told(part, options[same[0]], options, form)):
                return ascii_uppercase[same[0]]
    return None


def _is_told(part: str, option: str, options: Sequence[str], form: Callable[[str], str]) -> bool:
    """True if the part of a text before an explanation is an option; one of a single letter is only its whole text."""
    return not re.fullmatch(r"\W*[A-Za-z]\W*", option) and _only(form(part), options, form)


def _same(text: str, option: str, form: Callable[[str], str]) -> bool:
    """True if words are equal; `A)` in front is a letter in both or in neither, and not the article.

    Of an option of one character all counts: "A, B" is not "B".
    """
    said = form(text)
    cut = len(option.strip()) == 1 and len(said.split()) < len(unwrapped(text).split())
    return (
        bool(said) and form(option) == said and not cut and bool(_A_LABEL.match(text)) == bool(_A_LABEL.match(option))
    )


def _only(said: str, options: Sequence[str], form: Callable[[str], str]) -> bool:
    """True if no other option begins as this one does, so that what was cut off cannot have been part of it."""
    return sum(form(option).startswith(said) for option in options) == 1


def unwrapped(text: str) -> str:
    r"""`\textbf{(B)}\ London` as `(B) London`: without what LaTeX only wraps a text in; `\sqrt` and its like stay."""
    return " ".join(_WRAPPER.sub(" ", text).split())


def spelled_formula(text: str) -> str:
    r"""The words of a text without what wraps them; commands are words: `\sqrt{6}` is `sqrt 6`."""
    return spelled(re.sub(r"\\[dt]frac", r"\\frac", unwrapped(text)).replace("\\", " "))


def first_lines(reply: str, options: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The reply and the first line of each option, as answers are read line by line.

    Where first lines do not tell options apart, the whole ones on a line, in the reply as well.
    """
    lines = [next((line for line in option.split("\n") if line.strip()), option) for option in options]
    if len(set(map(spelled, lines))) == len(lines):
        return reply, lines
    for option in sorted((one for one in options if "\n" in one.strip()), key=len, reverse=True):
        found = re.search(r"\s+".join(map(re.escape, option.split())), reply)
        reply = reply.replace(found[0], " ".join(option.split())) if found else reply
    return reply, [" ".join(option.split()) for option in options]


def label_of(line: str, options: Sequence[str], *, alike: bool = False) -> str | None:
    """The letter before the text of a line; None if the text is another option's, or with `alike` unlike its own.

    Without options every letter is one. Texts need not agree word by word.
    """
    found = _LABELLED.fullmatch(line)
    if found is None:
        return None
    letter, text = found["letter"].upper(), found["text"]
    if not options:
        return letter
    place = ascii_uppercase.index(letter)
    if place >= len(options) or contradicts(text, place, options):
        return None
    return letter if not alike or _is_alike(text, options[place]) else None


def contradicts(text: str, place: int, options: Sequence[str]) -> bool:
    """True if a text after a letter is that of another option, and not of the letter's own."""
    own = overlap(text, options[place])
    best = max((overlap(text, other) for at, other in enumerate(options) if at != place), default=0.0)
    named = option_named(text, options)
    return (named is not None and named != ascii_uppercase[place]) or (best >= 0.5 and best > own)


def is_option(line: str, options: Sequence[str]) -> bool:
    """True if a line is an option as it was listed: its letter and its text, and nothing else."""
    found = _LABELLED.fullmatch(line)
    place = ascii_uppercase.index(found["letter"].upper()) if found else len(options)
    return (
        found is not None and place < len(options) and spelled_formula(found["text"]) == spelled_formula(options[place])
    )


def overlap(text: str, option: str) -> float:
    """The word F1 of an option and the start of a text, as many words as the option has, as `spelled_formula`."""
    return f1(_start(text, option), spelled_formula(option))


def _start(text: str, option: str) -> str:
    """The first words of a text, as many as an option has: what may be its text, without the explanation."""
    return " ".join(spelled_formula(text).split()[: len(spelled_formula(option).split())])


def _is_alike(text: str, option: str) -> bool:
    pair = (_start(text, option)[:_LONGEST], spelled_formula(option)[:_LONGEST])
    return overlap(text, option) >= _ALIKE or SequenceMatcher(None, *pair, autojunk=False).ratio() >= _ALIKE
