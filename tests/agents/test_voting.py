"""Votes and how they are counted."""

import pytest
from symposia.agents import Answer
from symposia.agents.message import Choice
from symposia.agents.voting import dissenters, leaders, plurality, unanimous, vote


def answers(*texts: str) -> list[Answer]:
    return [Answer(text=text) for text in texts]


def number(text: str) -> str | None:
    return text.strip() if text.strip().isdigit() else None


def test_the_most_frequent_answer_wins() -> None:
    assert plurality(answers("A", "B", "B")).text == "B"


def test_of_equals_the_first_wins() -> None:
    assert [one.text for one in leaders(answers("A", "B", "A", "B", "C"))] == ["A", "B"]


def test_answers_are_counted_as_they_are_read() -> None:
    assert plurality(answers("Paris.", "London", "paris")).text == "Paris."


def test_an_answer_that_cannot_be_read_abstains() -> None:
    assert plurality(answers("none", "none", "7"), number).text == "7"


def test_if_all_abstain_the_first_is_returned() -> None:
    assert plurality(answers("none", "no idea"), number).text == "none"


def test_silence_is_not_unanimous() -> None:
    assert unanimous(answers("4", "4"), number)
    assert not unanimous(answers("?", "?"), number)


def test_a_choice_is_a_vote_for_the_likeliest_label_or_the_only_one_named() -> None:
    labels = ("1", "2", "3")
    assert vote(Choice(labels=labels, logprobs=(-2.0, -0.1, -3.0))) == 1
    assert vote(Choice(labels=labels, named=(2,))) == 2
    assert vote(Choice(labels=labels, named=(0, 1))) is None
    assert vote(Choice(labels=labels)) is None


@pytest.mark.parametrize(
    ("texts", "names"),
    [("AAB", "c"), ("ABC", "abc"), ("AAA", ""), ("AABB", "abcd"), ("AB?A", "bc"), ("???", "abc"), ("A??", "bc")],
)
def test_those_dissent_who_do_not_say_the_single_most_frequent_answer(texts: str, names: str) -> None:
    said = {name: Answer(text=text) for name, text in zip("abcd", texts, strict=False)}
    assert dissenters(said, lambda text: None if text == "?" else text) == list(names)
