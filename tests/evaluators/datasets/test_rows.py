"""Rows: what is read and what is left out."""

from pathlib import Path

from symposia.evaluators.datasets.cleaning import by_position, rotated, without_options
from symposia.evaluators.task import Dropped, Items
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.tests.support.data import SKY, written


def test_options_are_keyed_by_position() -> None:
    assert by_position({"1": "x", "2": "y"}, "2") == (["x", "y"], "B")
    assert by_position({"A": "x", "B": "y", "C": "z", "id": "w"}, "id") == (["x", "y", "z", "w"], "D")
    assert rotated(["x", "y", "z"], "B", 2) == (["y", "z", "x"], "A")


def test_options_in_the_question_are_listed_once() -> None:
    assert without_options("Which? A. eve music\nB. tree\n\nAnswer:", ["eve music", "tree"]) == "Which?"
    assert without_options("Which? A. eve music", ["eve music", "tree"]) == "Which? A. eve music"


def test_what_is_left_out_is_listed_with_its_place_and_reason(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "input": "One?", "output": "1"},
        {"id": 2, "input": "Two?", "output": None},
        {"id": 1, "input": "One?", "output": "1"},
    ]
    source = written(tmp_path, rows)
    items = short_answer.load(split="test", data=source)
    assert isinstance(items, Items)
    assert [item.question for item in items] == ["One?"]
    assert items.dropped == (
        Dropped(f"{source}:2", "2", "the gold is null or empty"),
        Dropped(f"{source}:3", "1", f"same question and gold as {source}:1"),
    )


def test_an_empty_option_leaves_its_row_out(tmp_path: Path) -> None:
    broken = {**SKY, "id": "x", "choices": {"A": "red", "B": None}, "answer": "A"}
    items = multiple_choice.load(split="test", data=written(tmp_path, [SKY, broken]))
    assert isinstance(items, Items)
    assert [(dropped.id, dropped.why) for dropped in items.dropped] == [("x", "option B is empty")]
