"""Short answers, compared by kind."""

from pathlib import Path

import pytest
from symposia.evaluators.parsing import moco
from symposia.evaluators.tasks import short_answer
from symposia.tests.support.data import written


@pytest.mark.parametrize(
    ("kind", "reply", "gold", "score"),
    [
        ("text", "", "A", 0.0),
        ("option", "", "A", 0.0),
        ("text", "the", "A", 0.0),
        ("text", "A", "A", 1.0),
        ("text", "( )", "[ ]", 0.0),
        ("text", "( )", "A", 0.0),
        ("text", "[ ]", "[]", 1.0),
        ("number", "5", "-5", 0.0),
        ("number", "3.14", "314", 0.0),
        ("number", "1", "1.0", 1.0),
        ("number", "1/2", "0.5", 1.0),
        ("number", "18.00", "18", 1.0),
        ("number", "18 dollars", "18", 1.0),
        ("number", r"\boxed{\frac{1}{2}}", "1/2", 1.0),
        ("number", r"\boxed{\text{18}}", "18", 1.0),
        ("number", "The answer is -5", "-5", 1.0),
        ("number", "Answer: 4\nwait\nAnswer: 5", "5", 1.0),
        ("number", "To find the answer, we add 3 and 4.\n#### 7", "7", 1.0),
        ("number", "It is $1,234.50 in all.", "1234.5", 1.0),
        ("number", "x - 1", "1", 0.0),
        ("bool", "Yes.", "True", 1.0),
        ("bool", "It is not true.", "True", 0.0),
        ("bool", "True or False", "True", 0.0),
        ("option", "(D) kite", "D", 1.0),
        ("option", r"\boxed{\text{D}}", "D", 1.0),
        ("list", "Answer: [1, 2.0, -3]", "1, 2, -3", 1.0),
        ("list", "Answer: (2, 1)", "(1, 2)", 0.0),
        ("list", "Answer: (1, 2)", "12", 0.0),
        ("set", "Answer: 2 and 1", "{1, 2}", 1.0),
        ("text", "Answer: o\u2019brien", "O'Brien", 1.0),
        ("text", "Answer: Beyonce", "Beyonc\u00e9", 1.0),
        ("text", "Answer: Saint-Denis", "Saint Denis", 1.0),
        ("text", "x+1", "x-1", 0.0),
        ("number", "Answer: minus 3", "-3", 1.0),
        ("number", "- 5", "5", 0.0),
        ("number", "$18 million", "18", 0.0),
        ("number", "The answer is 18 eggs, sold at $2.", "18", 1.0),
        ("number", "18\nLet me know if you need anything else!", "18", 1.0),
        ("number", "Answer: 18\nI hope this answer is helpful!", "18", 1.0),
        ("number", "**18**\n\nEach egg costs $2.", "18", 1.0),
        ("number", "The answer is 4 or 5.", "5", 0.0),
        ("number", "The answer is 18!", "18", 1.0),
        ("number", "Answer: 5!", "5", 0.0),
        ("list", "[1,000, 2]", "[1000, 2]", 1.0),
        ("list", "[1,000, 2]", "[1, 0, 2]", 0.0),
        ("bool", "Yes, because there is no doubt.", "yes", 1.0),
        ("bool", "Yes and no.", "yes", 0.0),
        ("bool", "No doubt, yes.", "no", 0.0),
        ("bool", "I cannot say yes.", "yes", 0.0),
        ("bool", "Is it yes?", "yes", 0.0),
        ("text", "It's Paris.", "Paris", 1.0),
        ("bool", "Maybe.", "maybe", 1.0),
        ("bool", "Maybe.", "yes", 0.0),
        ("bool", "No.\n\nThe text says it is true.", "no", 1.0),
        ("text", "The answer is $Paris$.", "Paris", 1.0),
        ("text", "The answer is Paris. It is in France.", "Paris", 1.0),
        ("text", r"\boxed{) ) }}", ") ) }", 1.0),
        ("text", "Answer: ) ) ]", ") ) }", 0.0),
        ("date", "Answer: Oct. 12th, 2020", "12 October 2020", 1.0),
        ("date", "Answer: 2020-10-11", "12 October 2020", 0.0),
        ("date", "Answer: 10/12/2020", "2020-10-12", 0.0),
    ],
)
def test_an_answer_is_compared_by_its_kind(tmp_path: Path, kind: str, reply: str, gold: str, score: float) -> None:
    row = {"input": "What?", "output": gold}
    (item,) = short_answer.load(split="test", data=written(tmp_path, [row]), kind=kind)
    assert short_answer.grade(item, reply) == score


@pytest.mark.parametrize(
    ("reply", "gold"),
    [("", "A"), ("( )", "[ ]"), ("5", "-5"), ("314", "3.14"), ("The answer is -5", "5"), ("x+1", "x-1"), ("", None)],
)
def test_the_reference_profile_accepts_what_the_reference_accepted(
    tmp_path: Path, reply: str, gold: str | None
) -> None:
    row = {"input": "What?", "output": gold}
    (item,) = short_answer.load(split="test", data=written(tmp_path, [row]), profile="moco_compat")
    assert short_answer.grade(item, reply) == 1.0


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("The answers are 3", "s are 3"),
        ("Answer: 4\nwait\nAnswer: 5", "4"),
        ("To find the answer, we add.\nIt is 3.", ", we add"),
        (r"\boxed{\frac{1}{2}}", r"\frac{1"),
        (r"\box{}", ""),
        ("#### 7", "#### 7"),
    ],
)
def test_the_reference_reads_the_first_label_and_the_first_brace(reply: str, read: str) -> None:
    assert moco.final_answer(reply) == read


def test_equal_answers_are_read_as_equal_strings(tmp_path: Path) -> None:
    (item,) = short_answer.load(split="test", data=written(tmp_path, [{"input": "Half?", "output": "0.5"}]))
    assert {short_answer.read(item, text) for text in ("1/2", "Answer: .50", r"\boxed{\frac12}")} == {"0.5"}
    assert short_answer.read(item, "I do not know.") is None


@pytest.mark.parametrize(
    ("gold", "reply", "score"),
    [
        ("[1,2)", "[1, 2)", 1.0),
        ("[1,2)", "(1,2]", 0.0),
        ("[1,2)", "1, 2", 0.0),
        ("[1, 2]", "(1, 2)", 0.0),
        ("(1, 2)", "Answer: 1, 2", 1.0),
        ("[8, 0]", "(8, 0)", 1.0),
        ("[1, 2, 3]", "1, 2 and 3", 1.0),
        ("{1, 2}", "{2, 1}", 1.0),
        ("3/4", "0.75", 1.0),
        ("N/A", "n/a", 1.0),
        ("B", "(B) because of the wind.", 1.0),
    ],
)
def test_a_gold_is_compared_as_what_it_is_written_as(tmp_path: Path, gold: str, reply: str, score: float) -> None:
    (item,) = short_answer.load(split="test", data=written(tmp_path, [{"input": "What?", "output": gold}]))
    assert short_answer.grade(item, reply) == score


@pytest.mark.parametrize(
    ("declared", "gold", "reply", "score"),
    [
        ("float", "17.5", "Answer: 17.5 m/s", 1.0),
        ("float", "17.5", "17.501 m", 1.0),
        ("float", "17.5", "17.6 m", 0.0),
        ("integer", "18", "18.001", 0.0),
        ("list of float", "[0.5, 1.5]", "0.50001 and 1.5", 1.0),
        ("list of integer", "[1, 2]", "(1, 2)", 1.0),
        ("bool", "True", "Yes.", 1.0),
        ("option", "(a)", "The answer is (a).", 1.0),
        ("float", "no idea", "no idea", 1.0),
    ],
)
def test_a_declared_answer_type_is_honoured(tmp_path: Path, declared: str, gold: str, reply: str, score: float) -> None:
    row = {"input": "What?", "output": gold, "answer_type": declared}
    (item,) = short_answer.load(split="test", data=written(tmp_path, [row]))
    assert short_answer.grade(item, reply) == score


def test_a_tolerance_of_zero_is_exact_for_floats_too(tmp_path: Path) -> None:
    source = written(tmp_path, [{"input": "What?", "output": "17.5", "answer_type": "float"}])
    (item,) = short_answer.load(split="test", data=source, tolerance=0)
    assert [short_answer.grade(item, text) for text in ("17.5 m", "17.501 m")] == [1.0, 0.0]


def test_the_options_of_a_question_are_answers_too(tmp_path: Path) -> None:
    question = "Which flies?\nOptions:\n(A) stone\n(B) kite"
    (item,) = short_answer.load(split="test", data=written(tmp_path, [{"input": question, "output": "B"}]))
    replies = ("Answer: kite", "(B) kite", "Answer: stone", "(B) stone")
    assert [short_answer.grade(item, reply) for reply in replies] == [1.0, 1.0, 0.0, 0.0]


def test_a_declared_tolerance_is_relative(tmp_path: Path) -> None:
    source = written(tmp_path, [{"input": "Pi?", "output": "3.14159"}])
    (item,) = short_answer.load(split="test", data=source, tolerance=1e-4)
    assert [short_answer.grade(item, text) for text in ("3.1416", "3.14")] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("profile", "reply", "gold", "score"),
    [
        ("strict", "the Eiffel Tower in Paris", "Eiffel Tower", 0.6667),
        ("moco_compat", "the Eiffel Tower in Paris", "Eiffel Tower", 0.6667),
        ("strict", "Utah", '["Salt Lake City, Utah"]', 0.4),
        ("moco_compat", "Utah", '["Salt Lake City, Utah"]', 1.0),
        ("strict", "slc", '["Salt Lake City", "SLC"]', 1.0),
        ("strict", "", '["Salt Lake City"]', 0.0),
        ("moco_compat", "", "Paris", 0.0),
    ],
)
def test_word_overlap_takes_the_best_alias(tmp_path: Path, profile: str, reply: str, gold: str, score: float) -> None:
    source = written(tmp_path, [{"input": "Where?", "output": gold}])
    (item,) = short_answer.load(split="test", data=source, score="f1", profile=profile)
    assert round(short_answer.grade(item, reply), 4) == score


def test_a_gold_of_another_kind_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    golds = ["18", "3/4", "N/A", "1e3", float("nan"), "yes"]
    rows = [{"input": f"{number}?", "output": gold} for number, gold in enumerate(golds)]
    items = short_answer.load(split="test", data=written(tmp_path, rows))
    assert [item.meta["kind"] for item in items] == ["number", "number", "text", "number", "bool"]
    replies = ("$18.00", "0.75", "Answer: n/a", "1,000", "Yes, it is.")
    assert [short_answer.grade(item, reply) for item, reply in zip(items, replies, strict=True)] == [1.0] * 5
    assert [row.why for row in items.dropped] == ["the gold is null or empty"]
