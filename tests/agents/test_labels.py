"""Labels, read in text."""

import pytest
from symposia.agents.labels import named_labels, numbered


@pytest.mark.parametrize(
    ("text", "found"),
    [("2", (1,)), ("Model 2.", (1,)), ("I pick 1, not 3", (0, 2)), ("12", ()), ("", ()), ("3 or 1", (2, 0))],
)
def test_labels_are_read_as_whole_words(text: str, found: tuple[int, ...]) -> None:
    assert named_labels(text, ("1", "2", "3")) == found


@pytest.mark.parametrize(
    ("text", "labels", "found"),
    [
        ("Yes.", ("yes", "no"), (0,)),
        ("No, not yes", ("yes", "no"), (1, 0)),
        ("YES", ("yes", "no"), (0,)),
        ("Yesterday", ("yes", "no"), ()),
        ("us", ("US", "us"), (1,)),
        ("a good one: B", ("A", "B"), (1,)),
        ("(a).", ("A", "B"), (0,)),
    ],
)
def test_case_matters_only_where_labels_differ_by_it(
    text: str, labels: tuple[str, ...], found: tuple[int, ...]
) -> None:
    assert named_labels(text, labels) == found


def test_options_are_numbered_from_one() -> None:
    assert numbered([("amber", "adds"), ("blue", "")]) == "1. amber: adds\n2. blue"
