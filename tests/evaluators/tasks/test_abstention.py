"""Multiple choice that may be left out: what an answer earns, costs, and how replies say that they are not sure."""

from pathlib import Path

import pytest
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import abstention
from symposia.tests.support.data import SKY, written


@pytest.fixture
def item(tmp_path: Path) -> Item:
    (found,) = abstention.load(split="test", data=written(tmp_path, [SKY]))
    return found


@pytest.mark.parametrize(
    ("reply", "score", "read"),
    [
        ("ANSWER: C\nSURE: yes", 1.0, "C"),
        ("ANSWER: B\nSURE: yes", -1.0, "B"),
        ("ANSWER: C\nSURE: no", 0.0, "left out"),
        ("ANSWER: B\nSURE: no", 0.0, "left out"),
        ("**ANSWER:** C\n**SURE:** Yes.", 1.0, "C"),
        ("ANSWER: C\nSURE: <no>", 0.0, "left out"),
        ("Sure: no\nNow I see it.\nANSWER: C\nSURE: yes", 1.0, "C"),
        ("ANSWER: C\nSURE: yes, not no", 1.0, "C"),
        ("The answer is C.", 1.0, "C"),
        ("I don't know.", 0.0, "left out"),
        ("I am not sure. Perhaps B.", 0.0, "left out"),
        ("I\u2019m not certain which it is.", 0.0, "left out"),
        ("I am not sure yet.\nThe sky is blue.\nIt is so.\nANSWER: C", 1.0, "C"),
        ("", 0.0, None),
        ("SURE: yes", 0.0, None),
    ],
)
def test_a_right_answer_earns_what_a_wrong_one_costs(item: Item, reply: str, score: float, read: str | None) -> None:
    assert abstention.grade(item, reply).score == score
    assert abstention.read(item, reply) == read


def test_an_answer_that_is_left_out_is_known(item: Item) -> None:
    assert abstention.grade(item, "ANSWER: C\nSURE: no").parts == {"right": 1.0, "abstained": 1.0}
    assert abstention.grade(item, "ANSWER: A\nSURE: no").parts == {"right": 0.0, "abstained": 1.0}
    assert abstention.grade(item, "ANSWER: C\nSURE: yes").parts == {"right": 1.0, "abstained": 0.0}


def test_the_form_says_how_a_question_is_left_out(item: Item) -> None:
    assert "ANSWER: <letter>\nSURE: <yes or no>" in item.ask().render()
