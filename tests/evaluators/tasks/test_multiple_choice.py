"""Multiple choice: options, letters, scores."""

from pathlib import Path

import pytest
from symposia.evaluators.parsing import moco
from symposia.evaluators.parsing.letters import letter_in
from symposia.evaluators.tasks import multiple_choice
from symposia.tests.support.data import COLOURS, SKY, written


@pytest.mark.parametrize(
    ("reply", "reference", "strict"),
    [
        ("C", "C", "C"),
        ("C.", "C", "C"),
        ("C)", "C", "C"),
        ("(C)", "C", "C"),
        ("The answer is C", "C", "C"),
        ("C:", None, "C"),
        ("**C**", None, "C"),
        ("Answer: C", None, "C"),
        (r"\boxed{C}", None, "C"),
        ("Option C", None, "C"),
        ("I choose C", None, "C"),
        ("B is wrong, so C", "B", "C"),
        ("A blue one", "A", None),
        ("Both a) and c)", "A", None),
        ("green? no, blue", "B", None),
    ],
)
def test_a_reply_is_read_as_the_specification_says(reply: str, reference: str | None, strict: str | None) -> None:
    assert moco.letter_in(reply, COLOURS) == reference
    assert letter_in(reply, COLOURS) == strict


@pytest.mark.parametrize(
    ("reply", "letter"),
    [
        ("First B, I thought.\nANSWER: C", "C"),
        ("ANSWER: B\nNo, wait.\nANSWER: C", "C"),
        ("**Answer:** C) blue", "C"),
        ("Final answer: **(C)**", "C"),
        ("Answer:\nC", "C"),
        (r"So \boxed{\text{C}}.", "C"),
        (r"\boxed{blue}", "C"),
        (r"There are \boxed{3} left. ANSWER: C", "C"),
        (r"There are \boxed{3} left, so the answer is C.", "C"),
        ("The correct answer is option (C).", "C"),
        ("The answer is B? No, the answer is C.", "C"),
        ("'green' is tempting but wrong. So the answer is $C$.", "C"),
        ("Option B is wrong. I would take option C.", "C"),
        ("We think.\nC: blue", "C"),
        ("It has to be:\nblue.", "C"),
        ("answer: a", "A"),
        ("(a)", "A"),
        ("The answer is A because of the sunset.", "A"),
        ("The answer is a blue one", None),
        ("Answer: A blue one", None),
        ("Answer: I think none of them", None),
        ("The answer is B and C", None),
        ("The answer is B or C.", None),
        ("The answer is C, B is wrong.", "C"),
        ("The answer is C, a calm colour.", "C"),
        ("The answer is B, C", None),
        ("Option B is right, or is option C?", None),
        ("The answer is E", None),
        ("C: green", None),
        ("", None),
        ("Answer: " + "*" * 20_000, None),
    ],
)
def test_a_letter_is_read_only_where_a_letter_is_meant(reply: str, letter: str | None) -> None:
    assert letter_in(reply, COLOURS) == letter


def test_two_options_of_one_text_are_not_told_apart_by_it() -> None:
    assert letter_in("red", ("red", "red", "blue")) is None


def test_a_question_lists_its_options_and_keeps_the_form_apart(tmp_path: Path) -> None:
    (item,) = multiple_choice.load(split="test", data=written(tmp_path, [{**SKY, "domain": "weather"}]))
    assert item.question == "The sky?\nA) red\nB) green\nC) blue\nD) none"
    assert item.ask().form == multiple_choice.FORM
    assert (item.gold, item.group) == ("C", "weather")


def test_a_reply_without_an_answer_scores_nothing(tmp_path: Path) -> None:
    (item,) = multiple_choice.load(split="test", data=written(tmp_path, [SKY]))
    assert multiple_choice.read(item, "Hard to say.") is None
    assert multiple_choice.grade(item, "Hard to say.") == 0.0
    assert multiple_choice.grade(item, "**C**") == 1.0


def test_the_reference_profile_keeps_what_the_reference_did(tmp_path: Path) -> None:
    numbered = {**SKY, "choices": dict(zip("1234", COLOURS, strict=True)), "answer": "3"}
    (item,) = multiple_choice.load(split="test", data=written(tmp_path, [numbered]), profile="moco_compat")
    assert multiple_choice.read(item, "C") == "C"
    assert multiple_choice.grade(item, "C") == 0.0


def test_rotated_options_take_the_gold_with_them(tmp_path: Path) -> None:
    (item,) = multiple_choice.load(split="test", data=written(tmp_path, [SKY]), rotate=1)
    assert item.question == "The sky?\nA) none\nB) red\nC) green\nD) blue"
    assert item.gold == "D"
