"""Multiple choice: options, letters, scores."""

from pathlib import Path

import pytest
from symposia.agents.errors import BadData
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
        ("C) bleu", "C"),
        ("C. blue\n\nIt is the colour of the sky, unlike red.", "C"),
        ("C. blue\nA. red is wrong.\nB. green is wrong.", "C"),
        ("Answer: blue", "C"),
        ("Answer: blue, because of the air.", "C"),
        ("ANSWER: <C>", "C"),
        ("ANSWER: <letter>", None),
        ("<answer>C</answer>", "C"),
        ('{"answer": "C"}', "C"),
        ('```json\n{"answer": "C) blue", "reason": "air"}\n```', "C"),
        ("Answer\uff1aC", "C"),
        ("### Answer\nC", "C"),
        ("The answer should be C.", "C"),
        ("C is the correct answer.", "C"),
        (r"\boxed{\textbf{(C)}\ blue}", "C"),
        ("Option C is correct.", "C"),
        ("I'd go with (C).", "C"),
        ("C\n\nExplanation: B is wrong. I hope this helps!", "C"),
        ("C is not the correct answer.", None),
        ("Neither B nor C is the answer.", None),
        ("I don't think C is correct.", None),
        ("Is C correct?", None),
        ("Answer: C?", None),
        ("C++", None),
        ("C is tempting. But D is the correct answer.", "D"),
        ("C, because the sky is.", "C"),
        ("It must be C.", "C"),
        ("Let's go with C.", "C"),
        ("Answer (C)", "C"),
        ("The letter of the correct option is C.", "C"),
        ("The answer is not C.", None),
        ("Answer: C) green", None),
        ("A) red\nB) green\nC) blue\nD) none", None),
        ("A) red\nB) green\nC) blue\nD) none\nHard to say.", None),
        ("Answer: " + "*" * 20_000, None),
    ],
)
def test_a_letter_is_read_only_where_a_letter_is_meant(reply: str, letter: str | None) -> None:
    assert letter_in(reply, COLOURS) == letter


def test_formulas_are_told_apart_by_their_commands() -> None:
    roots = ("$6$", r"$\sqrt{6}$", r"$\frac{1}{6}$", "$a$")
    replies = (
        r"Answer: $\sqrt{6}$",
        "Answer: 6",
        r"B) $\sqrt{6}$",
        r"Answer: \dfrac{1}{6}",
        "Answer: $a$",
        "Answer: A",
    )
    assert [letter_in(reply, roots) for reply in replies] == ["B", "A", "B", "C", None, "A"]


def test_a_text_that_is_more_like_another_option_s_is_no_choice() -> None:
    homes = ("the big red house", "the small blue boat")
    assert [letter_in(reply, homes) for reply in ("A) a big house", "A) a small blue ship")] == ["A", None]


def test_an_option_of_several_lines_is_known_by_its_first() -> None:
    assert letter_in("B) two\nlines", ("one\nline", "two\nlines")) == "B"


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


ROUTES = ("1. Zn, ether\n2. KOH", "1. Zn, ether\n2. NaOH", "1. Zn, ether\r\n2. HCl")


@pytest.mark.parametrize("form", ["B) {}", "**B. {}**\n\nThat is what it describes.", "Answer: {}", "{}"])
def test_an_option_of_several_lines_is_read_whole_where_first_lines_do_not_tell_them_apart(form: str) -> None:
    assert letter_in(form.format(ROUTES[1]), ROUTES) == "B"
    assert letter_in(f"Answer: {ROUTES[2]}", ROUTES) == "C"


def test_every_rotation_is_asked_as_one_cluster(tmp_path: Path) -> None:
    data = written(tmp_path, [SKY, {**SKY, "question": "The sea?", "choices": ["blue", "red"], "answer": "blue"}])
    items = multiple_choice.load(split="test", data=data, rotate="all")
    sky = items[:4]
    assert [item.gold for item in sky] == ["C", "D", "A", "B"]
    assert {item.meta["options"][ord(item.gold) - ord("A")] for item in sky} == {"blue"}
    assert "\nA) none\nB) red\nC) green\nD) blue" in sky[1].question
    assert [len({item.id for item in items}), len({item.cluster for item in items})] == [6, 2]
    assert len(multiple_choice.load(split="test", data=data, rotate="all", limit=1)) in (2, 4)


def test_a_published_profile_asks_options_in_their_order(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="the profile moco_1_1 asks options in their order"):
        multiple_choice.load(split="test", data=written(tmp_path, [SKY]), rotate="all", profile="moco_1_1")
