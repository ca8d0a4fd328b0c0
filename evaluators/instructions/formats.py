"""Instructions on the form of a reply: titles, lists, sections, JSON, placeholders, how it begins and ends."""

import json
import re
from typing import Final

_TITLE: Final = re.compile(r"<<[^\n]+>>")
_BULLET: Final = re.compile(r"^\s*(?:\*[^*\n]|-).*$", re.M)
_SINGLE: Final = re.compile(r"\*([^\n*]*)\*")
_DOUBLE: Final = re.compile(r"\*\*([^\n*]*)\*\*")
_POSTSCRIPT: Final = {"P.P.S": r"\s*p\.\s?p\.\s?s.*$", "P.S.": r"\s*p\.\s?s\..*$"}
ANSWERS: Final = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
DIVIDER: Final = "******"


def title(reply: str) -> bool:
    """True if there is a title in double angular brackets."""
    return any(found.lstrip("<").rstrip(">").strip() for found in _TITLE.findall(reply))


def number_bullet_lists(reply: str, *, num_bullets: int) -> bool:
    """True for exactly as many lines that begin with one asterisk or a hyphen."""
    return len(_BULLET.findall(reply)) == num_bullets


def constrained_response(reply: str) -> bool:
    """True if one of three fixed sentences is in the reply."""
    return any(answer in reply for answer in ANSWERS)


def number_highlighted_sections(reply: str, *, num_highlights: int) -> bool:
    """True for at least as many texts between single or double asterisks on a line."""
    return sum(bool(text.strip()) for text in [*_SINGLE.findall(reply), *_DOUBLE.findall(reply)]) >= num_highlights


def multiple_sections(reply: str, *, section_spliter: str, num_sections: int) -> bool:
    """True for at least as many sections that begin with this word and a number."""
    return len(re.findall(rf"\s?{re.escape(section_spliter)}\s?\d+\s?", reply)) >= num_sections


def json_format(reply: str) -> bool:
    """True if the whole reply, in a fence or not, is JSON."""
    text = re.sub(r"^```(?:json)?|```$", "", reply.strip(), flags=re.I).strip()
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def number_placeholders(reply: str, *, num_placeholders: int) -> bool:
    """True for at least as many texts in square brackets."""
    return len(re.findall(r"\[.*?\]", reply)) >= num_placeholders


def postscript(reply: str, *, postscript_marker: str) -> bool:
    """True if a line has the marker of a postscript, in any case."""
    pattern = _POSTSCRIPT.get(postscript_marker.strip(), rf"\s*{re.escape(postscript_marker.lower())}.*$")
    return re.search(pattern, reply.lower(), re.M) is not None


def end_checker(reply: str, *, end_phrase: str) -> bool:
    """True if the reply, without quotes around it, ends with this phrase, in any case."""
    return reply.strip().strip('"').lower().endswith(end_phrase.strip().lower())


def quotation(reply: str) -> bool:
    """True if the whole reply is in double quotes."""
    text = reply.strip()
    return len(text) > 1 and text[0] == text[-1] == '"'


def two_responses(reply: str) -> bool:
    """True for exactly two different texts, divided by six asterisks."""
    parts = [part.strip() for part in reply.split(DIVIDER)]
    found = [part for part in parts if part]
    return all(parts[1:-1]) and len(found) == 2 and found[0] != found[1]


def repeat_prompt(reply: str, *, prompt_to_repeat: str) -> bool:
    """True if the reply begins with the request, in any case."""
    return reply.strip().lower().startswith(prompt_to_repeat.strip().lower())


def no_comma(reply: str) -> bool:
    """True for a reply without a comma."""
    return "," not in reply
