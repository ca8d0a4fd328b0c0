"""Rows with images of the hub, in our fields."""

from collections.abc import Mapping
from typing import Any

import pytest
from symposia.evaluators.datasets.hub import converted
from symposia.evaluators.datasets.hub_images import with_images

IN_OPTIONS = "['<image 2>', '<image 1>']"


def mmmu(question: str, options: str, **images: str) -> dict[str, Any]:
    row = {f"image_{number}": None for number in range(1, 8)}
    return {
        "question": question,
        "options": options,
        "answer": "B",
        "question_type": "multiple-choice",
        **row,
        **images,
    }


@pytest.mark.parametrize(
    ("row", "images", "choices"),
    [
        (mmmu("Look: <image 1>", "['a', 'b']", image_1="one"), ["one"], ["a", "b"]),
        (mmmu("<image 2> or <image 1>?", "['a', 'b']", image_1="one", image_2="two"), ["two", "one"], ["a", "b"]),
        (mmmu("Which?", IN_OPTIONS, image_1="one", image_2="two"), ["two", "one"], ["<image 2>", "<image 1>"]),
        (mmmu("Which?", "['a', 'b']", image_1="one"), ["one"], ["a", "b"]),
        (mmmu("Say it.", "[]", image_1="one"), ["one"], []),
        (mmmu("Say it.", "none", image_1="one"), ["one"], []),
    ],
)
def test_mmmu_has_its_images_in_the_order_of_their_marks(
    row: Mapping[str, Any], images: list[str], choices: list[str]
) -> None:
    found = converted(row)
    assert (found["images"], found["choices"], found["answer"]) == (images, choices, "B")


def test_scienceqa_has_its_hint_before_the_question_and_no_image_where_there_is_none() -> None:
    row = {"image": None, "question": "Which?", "choices": ["a", "b"], "answer": 1, "hint": "Look.", "grade": "2"}
    found = converted(row)
    assert (found["question"], found["images"]) == ("Look.\n\nWhich?", [])
    assert (found["choices"], found["answer"]) == (["a", "b"], 1)
    assert "image" not in found
    assert converted({**row, "image": "it", "hint": ""})["images"] == ["it"]


def test_mathvista_shows_the_decoded_image_and_answers_by_text() -> None:
    row = {"question": "Which?", "image": "path", "decoded_image": "it", "choices": ["1", "2"], "answer": "2"}
    found = converted({**row, "question_type": "multi_choice"})
    assert (found["images"], found["choices"], found["answer"]) == (["it"], ["1", "2"], "2")
    assert converted({**row, "choices": None})["choices"] == []


def test_a_row_of_another_data_set_is_left_as_it_is() -> None:
    assert with_images({"question": "1 + 1?", "answer": "2"}) is None
