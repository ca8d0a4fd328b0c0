"""BLEU, against the values of NLTK's `sentence_bleu`."""

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.graders.bleu import grade
from symposia.evaluators.task import Item

MAT = Item("Describe it.", "", "the cat sat on the mat")


@pytest.mark.parametrize(
    ("said", "characters", "words"),
    [
        ("the cat sat on the mat", 1.0, 1.0),
        ("the cat sat on the hat", 0.886705, 0.759836),
        ("a cat sat on a mat", 0.622822, 0.0),
        ("the mat on the cat sat", 0.986574, 0.0),
        ("the cat", 0.117319, 0.0),
        ("xyz", 0.0, 0.0),
        ("", 0.0, 0.0),
    ],
)
def test_it_is_what_nltk_returns_for_characters_and_for_words(said: str, characters: float, words: float) -> None:
    assert grade(MAT, said) == pytest.approx(characters, abs=5e-7)
    assert grade(MAT, said, unit="words") == pytest.approx(words, abs=5e-7)


def test_a_word_said_twice_counts_once_where_the_reference_has_it_once() -> None:
    item = Item("Count.", "", "one two three four five")
    assert grade(item, "one two three four four", unit="words") == pytest.approx((4 / 5 * 3 / 4 * 2 / 3 / 2) ** 0.25)


def test_without_a_reference_there_is_nothing_to_compare_with() -> None:
    with pytest.raises(BadData, match=r"bleu: question \w+ has no reference to compare with"):
        grade(Item("Describe it.", "", None), "the cat")
