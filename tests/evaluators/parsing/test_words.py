"""Words in replies."""

from symposia.evaluators.parsing import words


def test_articles_and_punctuation_go_only_if_something_remains() -> None:
    assert words.words("The (old) man, a fool.") == ["old", "man", "fool"]
    assert words.words("the") == ["the"]
    assert words.words("] )") == ["]", ")"]
