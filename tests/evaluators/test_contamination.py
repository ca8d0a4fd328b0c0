"""Questions of test that are in dev."""

from pathlib import Path

from symposia.agents.parts import Image
from symposia.evaluators.contamination import overlap
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import multiple_choice
from symposia.tests.support.data import written
from symposia.tests.support.pictures import png


def test_a_question_is_the_same_whatever_its_gold_its_form_and_its_spacing() -> None:
    dev, test = Item("Who wrote\n it? ", "In a word.", "Ada"), Item("Who wrote it?", "", "Bo")
    assert overlap([dev], [test, Item("Who wrote that?", "", "Ada")]) == [test]


def test_the_same_words_about_another_picture_are_another_question() -> None:
    red, blue = (Item("Which colour?", "", "x", images=(Image.from_bytes(png(colour)),)) for colour in ("red", "blue"))
    assert overlap([red], [blue]) == []
    assert overlap([red], [red]) == [red]


def test_options_in_another_order_are_the_same_question(tmp_path: Path) -> None:
    choices = [{"A": "Rome", "B": "Oslo"}, {"A": "Oslo", "B": "Bern", "C": "Rome"}]
    dev, test = (
        multiple_choice.load(
            split="test",
            data=written(tmp_path, [{"question": "Capital?", "choices": given, "answer": "A"}], f"{number}.test.jsonl"),
        )
        for number, given in enumerate(choices)
    )
    assert dev[0].question != test[0].question
    assert overlap(dev, test) == test
