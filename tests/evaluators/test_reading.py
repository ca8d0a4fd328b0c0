"""Every gold in every ordinary style: right is read as right, wrong of the same kind as wrong."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.tests.support.data import COLOURS, SHARED, needs_shared_data, written
from symposia.tests.support.reply_styles import cases, misread

INVENTED = {
    "numbers": ["18", "-3", "1800", "0.75", "3/4", "$2.50", "1e3", "1,350,000", "40%", "0", "-0.5"],
    "truths": ["yes", "no", "True", "False", "maybe"],
    "texts": [
        "Port Amber",
        "J. R. Blue",
        "O'Moss",
        "the Old Mill, Greyhaven",
        ") ) }",
        "] > )",
        "valid",
        "apple fern moss",
    ],
    "lists": ["[1, 2, 3]", "(4, 5, 6)", "[0.5, 1.25, 3]", "{2, 4}", "[1, 2)", "(-3, 5]"],
    "formulas": [r"\frac{7\sqrt{11}}{3}", "n(n+3)/2", "2^{12} - 5", r"3N^2+N+4", r"\binom{12}{5}+\frac{1}{2}"],
    "letters": ["A", "(B)", "D"],
}
OPTIONS = [
    {"A": "red", "B": "green", "C": "blue", "D": "none"},
    {
        "A": "It falls by half.",
        "B": "It falls to zero at the end.",
        "C": "It rises by half.",
        "D": "It stays as it was.",
    },
    {"A": "10", "B": "100", "C": "1000", "D": "1"},
    {"A": "$6$", "B": r"$\sqrt{6}$", "C": r"$\frac{1}{6}$"},
    {"A": "No. It was the miller.", "B": "No. It was the smith.", "C": "Yes", "D": "Yes, but late."},
]


def chosen(folder: Path) -> list[Item]:
    """Questions with options, each option right once."""
    rows = [
        {"question": f"Question {number}?", "choices": choices, "answer": key}
        for number, choices in enumerate(OPTIONS)
        for key in choices
    ]
    return list(multiple_choice.load(split="test", data=written(folder, rows)))


@pytest.mark.parametrize("name", INVENTED)
def test_short_answers_are_read_in_every_style(tmp_path: Path, name: str) -> None:
    rows = [{"input": f"{number}?", "output": gold} for number, gold in enumerate(INVENTED[name])]
    items = short_answer.load(split="test", data=written(tmp_path, rows))
    assert len(items) == len(rows)
    assert misread(items, short_answer) == []


def test_options_are_read_in_every_style(tmp_path: Path) -> None:
    assert misread(chosen(tmp_path), multiple_choice) == []


def test_there_are_thirty_ordinary_styles_at_least(tmp_path: Path) -> None:
    (kind, case), *_ = cases(chosen(tmp_path), Random(0))
    assert kind == "choice"
    assert case.item.meta["options"] == COLOURS
    assert case.styles(kind) >= 30


@needs_shared_data
@pytest.mark.parametrize(
    ("task", "names", "limit"),
    [
        (multiple_choice, ("arc_challenge", "mmlu_redux", "truthfulqa", "blend", "chembench", "agieval_tiny"), 12),
        (short_answer, ("gsm8k", "bbh", "pubmedqa", "culturebench", "popqa", "apex_shortlist"), 24),
    ],
)
def test_published_golds_are_read_in_every_style(task: object, names: Sequence[str], limit: int) -> None:
    counts: Counter[str] = Counter()
    for name in names:
        items = task.load(split="test", data=str(SHARED / name), limit=limit, seed=5)  # type: ignore[attr-defined]
        wrong = misread(items, task)
        counts["wrong as right"] += sum("WRONG AS RIGHT" in line for line in wrong)
        counts["misread"] += len(wrong)
        counts["asked"] += sum(case.styles(kind) for kind, case in cases(items, Random(0)))
    assert counts["wrong as right"] == 0
    assert counts["misread"] <= 0.005 * counts["asked"]
