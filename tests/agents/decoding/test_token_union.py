"""What comes next in the eyes of models of different tokenizers, as text."""

from math import inf, log
from typing import Any

import pytest
import torch
from symposia.agents.decoding.token_union import END, Union, View
from symposia.agents.models.tokens import TextReader

WORDS = ((" cat", -1), (" ca", -1), (" dog", -1), END)


def union(**rows: tuple[float, ...]) -> Union:
    """A union of these words; whoever finds one likely has the token of its place for it."""
    scores = {name: torch.tensor(row).log() for name, row in rows.items()}
    tokens = {name: {word: n for n, word in enumerate(WORDS) if rows[name][n] > 0.05} for name in rows}
    return Union(WORDS, scores, tokens)


def test_the_mixture_adds_probabilities() -> None:
    both = union(amber=(0.25, 0.15, 0.1, 0.0), blue=(0.05, 0.25, 0.1, 0.1))
    assert both.mixture.exp().tolist() == pytest.approx([0.3, 0.4, 0.2, 0.1])


def test_what_begins_with_a_stem_is_added_to_it_and_nothing_else_is() -> None:
    both = union(amber=(0.25, 0.15, 0.1, 0.0), blue=(0.05, 0.25, 0.1, 0.1))
    assert both.gathered([(" ca", -1)]).exp().tolist() == pytest.approx([0.0, 0.7, 0.2, 0.1])
    assert both.gathered([END]).exp().tolist() == pytest.approx([0.3, 0.4, 0.2, 0.1])


def test_a_word_is_written_by_whoever_finds_it_likeliest_among_those_who_have_it() -> None:
    both = union(amber=(0.04, 0.4, 0.1, 0.1), blue=(0.1, 0.3, 0.2, 0.1))
    assert [both.token(place)[0] for place in range(4)] == ["blue", "amber", "blue", "amber"]


class Spells:
    """A model whose tokens are the letters of a string; its last one ends a text."""

    def __init__(self, letters: str) -> None:
        self.letters = letters
        self.vocabulary = type("", (), {"fingerprint": letters, "ends": (len(letters),)})()

    def decode(self, ids: Any) -> str:
        return "".join((self.letters + "$")[number] for number in ids)

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        return [self.letters.index(letter) for letter in text]


def view(letters: str, *probabilities: float) -> View:
    model: Any = Spells(letters)
    return View(model, torch.tensor(probabilities).log(), TextReader(model.decode), begins=True)


def test_a_token_is_the_word_it_says_whatever_its_number_is() -> None:
    amber, blue = view("ab", 0.2, 0.7, 0.1), view("ba", 0.6, 0.1, 0.3)
    assert amber.first == blue.first == ("b", -1)
    assert (amber.word(2), blue.word(2)) == (END, END)
    assert amber.likeliest(2) == {("b", -1): 1, ("a", -1): 0}


def test_what_a_model_has_no_token_for_is_impossible_to_it() -> None:
    amber = view("ab", 0.2, 0.7, 0.1)
    scores = amber.scores([("a", -1), END, ("half", 3)], {})
    assert scores.tolist() == pytest.approx([log(0.2), log(0.1), -inf])


def test_a_union_weighs_its_models() -> None:
    views = {"amber": view("ab", 0.2, 0.7, 0.1), "blue": view("ba", 0.6, 0.1, 0.3)}
    both = Union.of(views, {"amber": 0.75, "blue": 0.25}, k=1)
    assert both.words == (("b", -1),)
    # Among the words of the union each model is sure.
    assert both.mixture.exp().tolist() == pytest.approx([1.0])
    wide = Union.of(views, {"amber": 1.0, "blue": 0.0}, k=3)
    assert dict(zip(wide.words, wide.mixture.exp().tolist(), strict=True)) == pytest.approx(
        {("b", -1): 0.7, ("a", -1): 0.2, END: 0.1}
    )
