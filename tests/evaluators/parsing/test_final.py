"""The final answer of a reply."""

import pytest
from symposia.evaluators.parsing.boxed import last_box
from symposia.evaluators.parsing.final import final_answer


@pytest.mark.parametrize(
    ("text", "box"),
    [
        (r"\boxed{1} then \boxed{\frac{1}{\sqrt{2}}}", r"\frac{1}{\sqrt{2}}"),
        (r"\box {x}", "x"),
        (r"\boxed{\{1, 2\}}", r"\{1, 2\}"),
        (r"\boxed{1} and \boxed{2", "1"),
        (r"\boxed{\boxed{3}}", "3"),
        (r"} \boxed{4} {", "4"),
        ("\\boxed{" * 20_000, None),
        ("nothing", None),
    ],
)
def test_the_last_box_that_closes_is_read_whole(text: str, box: str | None) -> None:
    assert last_box(text) == box


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (r"Answer: 4, that is \boxed{5}", "5"),
        ("The answer is 4.\n#### 5", "4"),
        ("**Final Answer:** **8**.", "8"),
        ("The answers are 3", "3"),
        ("Answer:\n12\nDone.", "12"),
        ("To find the answer, we count.\nSo twelve.", "So twelve"),
        ("answer = x", "x"),
        (" \n ** \n", None),
        ("", None),
    ],
)
def test_the_answer_is_found_by_box_then_label_then_hashes_then_last_line(reply: str, answer: str | None) -> None:
    assert final_answer(reply) == answer
