"""Labels, read in text."""

import pytest
from symposia.agents.labels import named_labels, numbered


@pytest.mark.parametrize(
    ("text", "found"),
    [("2", (1,)), ("Model 2.", (1,)), ("I pick 1, not 3", (0, 2)), ("12", ()), ("", ()), ("3 or 1", (2, 0))],
)
def test_labels_are_read_as_whole_words(text: str, found: tuple[int, ...]) -> None:
    assert named_labels(text, ("1", "2", "3")) == found


def test_options_are_numbered_from_one() -> None:
    assert numbered([("amber", "adds"), ("blue", "")]) == "1. amber: adds\n2. blue"
