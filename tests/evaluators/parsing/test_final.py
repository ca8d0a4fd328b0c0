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
        (r"\boxed{) ) }}", ") ) }"),
        (r"$\boxed{} > }}$", "} > }"),
        (r"\boxed{\text{) }}}", r"\text{) }}"),
        (r"{\boxed{5}}", "5"),
        (r"\boxed{5}}", "5"),
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
        ("Answer: 18\n\nI hope this answer is helpful!", "18"),
        ("18\n\nLet me know if you need anything else!", "18"),
        ("The answer is 18. I hope this helps!", "18"),
        ("Answer: 18\nIf you have any other questions, feel free to ask.", "18"),
        ("I hope this helps!", "I hope this helps!"),
        ("The answer is $X$.", "X"),
        (r"The answer is \(X\).", "X"),
        ("<answer>X</answer>", "X"),
        ("<answer>\nX\n</answer>", "X"),
        ('{"reason": "r", "answer": "X"}', "X"),
        ('{"answer": 18}', "18"),
        (r'{"answer": "\\frac{1}{2}"}', r"\frac{1}{2}"),
        ("Answer\uff1a\uff11\uff18", "18"),
        ("### Answer\n\n18", "18"),
        ("## Final Answer\n**18**", "18"),
        ("Answer:\n\\[\n18\n\\]", "18"),
        ("Answer: <18>", "18"),
        ("Answer: <answer>", None),
        ("The answer should be 18.", "18"),
        ("The answer to the question is 18.", "18"),
        ("18 is the correct answer.", "18"),
        ("George R. Stewart is the correct answer.", "George R. Stewart"),
        ("Answer: 18\nSo the answer is clear.", "18"),
        ("The answer is 18!", "18"),
        ("Paris\n\nExplanation: it is the capital.", "Paris"),
        ("**Paris**\n\nIt is the capital of France.", "Paris"),
        ("", None),
    ],
)
def test_the_answer_is_found_where_it_is_marked_or_stated_else_in_a_line(reply: str, answer: str | None) -> None:
    assert final_answer(reply) == answer


@pytest.mark.parametrize(
    "part", ["answer is ", "Answer: ", "I hope ", "Answer\n", "\n", "<answer>", '"answer": "', "is the "]
)
def test_a_long_reply_takes_no_time(part: str) -> None:
    final_answer(part * 5_000)
