"""Text made of tokens: characters, stop strings, reasoning."""

import pytest
from symposia.agents.models.tokens import TextReader, cut, safe_length, split_reasoning


def byte_text(ids: tuple[int, ...]) -> str:
    """Bytes as text, as tokenizers decode them."""
    return bytes(ids).decode(errors="replace")


def test_a_character_appears_when_its_last_byte_does() -> None:
    reader = TextReader(byte_text)
    seen = []
    for byte in "a€b".encode():
        reader.push((byte,))
        seen.append(reader.text)
    assert seen == ["a", "a", "a", "a€", "a€b"]


def test_text_read_at_once_is_text_read_piece_by_piece() -> None:
    piecewise = TextReader(byte_text)
    for byte in "naïve 日本".encode()[:-1]:
        piecewise.push((byte,))
    at_once = TextReader(byte_text)
    at_once.push(tuple("naïve 日本".encode()[:-1]))
    assert piecewise.end() == at_once.end() == "naïve 日"


@pytest.mark.parametrize(
    ("text", "stops", "before"),
    [("one two", ("t", " "), "one"), ("one", ("x",), None), ("one", (), None), ("one", ("one",), "")],
)
def test_a_text_is_cut_at_the_first_stop_string(text: str, stops: tuple[str, ...], before: str | None) -> None:
    assert cut(text, stops) == before


@pytest.mark.parametrize(
    ("text", "opened", "parts"),
    [
        ("four", False, (None, "four")),
        ("<think>2+2</think>four", False, ("2+2", "four")),
        ("2+2</think>four", True, ("2+2", "four")),
        ("a</think>b</think>c", False, ("a</think>b", "c")),
        ("2+", True, ("2+", None)),
        ("\n<think>2+", False, ("2+", None)),
    ],
)
def test_reasoning_ends_at_the_last_close_tag(text: str, opened: bool, parts: tuple[str | None, str | None]) -> None:
    assert split_reasoning(text, opened=opened) == parts


@pytest.mark.parametrize(
    ("text", "stops", "length"), [("one t", (" two",), 3), ("one", ("x",), 3), ("<thi", (), 0), ("four </th", (), 5)]
)
def test_what_may_become_a_stop_string_or_a_tag_is_not_shown(text: str, stops: tuple[str, ...], length: int) -> None:
    assert safe_length(text, stops) == length
