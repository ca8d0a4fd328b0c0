"""MoCo 1.1.2's rules, against what that version does and, of one more, what the version before did."""

import pytest
from symposia.evaluators.parsing import moco, moco_1_1
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.tests.support.data import SHARED, needs_shared_data

CITIES = ("Paris", "London", "Rome", "Berlin")


@pytest.mark.parametrize(
    ("reply", "before", "now"),
    [
        ("Answer: B", None, "B"),
        ("**Answer:** B", None, None),
        ("The answer is **B**.", None, None),
        ("B. London is right; (C) is wrong", "B", "C"),
        ("It is (B) rather than (C)", "B", "C"),
        ("The answer is a city: London", "B", "A"),
        ("We rule out A. The correct option is B", "A", "A"),
        ("A good choice is C)", "A", "C"),
        ("A city in England.", "A", None),
        ("I think London, not Paris", "A", "A"),
        ("Final answer: C. But the answer is B.", "B", "C"),
        ("answer is probably B", None, None),
        ("Answer: none of them", None, None),
        ("etc.", "C", None),
        ("London.", "B", "B"),
        ("The answer is a matter of taste.", "A", "A"),
    ],
)
def test_a_letter_is_read_as_in_that_version(reply: str, before: str | None, now: str | None) -> None:
    assert moco.letter_in(reply, CITIES) == before
    assert moco_1_1.letter_in(reply, CITIES) == now


@pytest.mark.parametrize(
    ("reply", "gold", "before", "now"),
    [
        ("-5", "5", 1, 0),
        ("3.14", "314", 1, 0),
        ("x+1", "x-1", 1, 0),
        ("x + 1", "x+1", 0, 1),
        ("18.00", "18", 0, 1),
        ("18.1", "18.00", 0, 1),
        ("50%", "50", 1, 0),
        ("0.5", "50%", 0, 1),
        ("18 dollars", "18", 0, 0),
        ("Yes!", "yes", 1, 0),
        ("true", "Yes", 0, 1),
        ("112.0", "112", 0, 1),
        ("3.5e-07", "3.54e-07", 0, 0),
        ("1/2", "0.5", 0, 0),
        ("The answer is -5", "-5", 1, 0),
        ("", "A", 1, 1),
        ("inf", "1e400", 0, 1),
        ("[101, 2]", "[100, 2]", 0, 1),
        ("1,612", "1,600", 0, 1),
    ],
)
def test_an_answer_is_compared_as_in_that_version(reply: str, gold: str, before: int, now: int) -> None:
    assert moco.exact(moco.final_answer(reply), gold) == before
    assert moco_1_1.exact(moco_1_1.final_answer(reply), gold) == now


def test_a_declared_list_of_integers_is_exact() -> None:
    assert moco_1_1.exact("[101, 2]", "[100, 2]", "list of integer") == 0
    assert moco_1_1.exact("18.1", "18", "float") == 1


@pytest.mark.parametrize(
    ("said", "gold", "before", "now"), [("jazz", "jazz / blues", 0.667, 0), ("**Paris**", "Paris", 1, 0)]
)
def test_words_keep_their_signs(said: str, gold: str, before: float, now: float) -> None:
    assert moco.f1(said, gold) == pytest.approx(before, abs=1e-3)
    assert moco_1_1.f1(said, gold) == now


def test_a_box_has_balanced_braces_or_is_skipped() -> None:
    assert moco_1_1.final_answer(r"\boxed{\frac{1}{2}} or \boxed{3") == r"\frac{1}{2}"


@needs_shared_data
@pytest.mark.parametrize(
    ("name", "form", "percent"),
    [
        ("arc_challenge", "Answer: {letter}", 98.1),
        ("mmlu_redux", "Answer: {letter}", 100),
        ("bixbench", "Because.\nANSWER: {letter}", 100),
        ("mmlu_redux", "**{letter}**", 0),
        ("arc_challenge", "{text}", 98.0),
        ("mmlu_redux", "{text}", 99.3),
        ("bixbench", "{text}", 100),
    ],
)
def test_as_many_right_letters_are_read_as_published(name: str, form: str, percent: float) -> None:
    items = multiple_choice.load(split="test", data=str(SHARED / name), profile="moco_1_1")
    scores = []
    for item in items:
        place = "ABCDEFGHIJ".find(item.gold) if not item.gold.isdigit() else int(item.gold) - 1
        reply = form.format(letter="ABCDEFGHIJ"[place], text=item.meta["options"][place])
        scores.append(multiple_choice.grade(item, reply))
    assert 100 * sum(scores) / len(scores) == pytest.approx(percent, abs=0.1)


@needs_shared_data
@pytest.mark.parametrize(
    ("name", "form", "percent"),
    [
        ("gsm8k", r"\boxed{{{gold}}}", 100),
        ("gsm8k", "The answer is {gold}.", 99.9),
        ("bbh", "The answer is {gold}.", 98.5),
        ("gsm8k", "The answer is **{gold}**.", 0),
        ("bbh", "**Answer:** {gold}", 0),
        ("gsm8k", "Answer: ${gold}$", 100),
        ("bbh", "Answer: ${gold}$", 81.7),
        ("pubmedqa", "Answer: ${gold}$", 8.8),
        ("bbh", "", 16.5),
        ("gsm8k", "", 0),
    ],
)
def test_as_many_right_answers_are_accepted_as_published(name: str, form: str, percent: float) -> None:
    items = short_answer.load(split="test", data=str(SHARED / name), profile="moco_1_1")
    scores = [short_answer.grade(item, form.format(gold=item.gold)) for item in items]
    assert 100 * sum(scores) / len(scores) == pytest.approx(percent, abs=0.1)
