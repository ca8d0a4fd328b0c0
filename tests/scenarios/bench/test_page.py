"""The table of a bench on a page of Markdown."""

from pathlib import Path

import pytest
from symposia.agents.errors import BadScenario
from symposia.scenarios.bench.page import page_table, put
from symposia.scenarios.bench.table import BenchRow

PLACE = "<!-- bench small: written by symposia bench --page -->\n{}<!-- end of bench small -->"


def row(protocol: str, gain: float | None, task: str = "sums") -> BenchRow:
    return BenchRow(
        **{"task": task, "team": "pair", "protocol": protocol, "seeds": (0,), "gain": gain, "calls": 2, "tokens": 4321},
        **{"value": 0.5, "low": 0.25, "high": 0.75, "scored": 8, "unscored": 0, "no_answer": 0, "cost": None},
        **{"best_single": 0.4, "equal_tokens": None, "oracle": 0.6, "judge_tokens": 0},
    )


def test_the_largest_gain_of_a_task_stands_first_and_what_has_none_last() -> None:
    found = [row("vote", -0.1), row("loop", None), row("fusion", 0.2), row("vote", 0.9, task="other")]
    table = page_table(found, {("sums", "pair", "fusion"): 1.234}).splitlines()
    assert table[2] == "| sums | pair | fusion | 0.500 [0.250, 0.750] | +0.200 | 0.400 |  | 0.600 | 4,321 | 1.23 |"
    assert [line.split(" | ")[2] for line in table[2:]] == ["fusion", "vote", "loop", "vote"]


def test_a_page_keeps_its_own_words(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Mine\n\n{PLACE.format('old' + chr(10))}\n\nMore.\n")
    put(page, "small", "new")
    assert page.read_text() == f"# Mine\n\n{PLACE.format('new' + chr(10))}\n\nMore.\n"


def test_a_page_that_is_not_there_is_made(tmp_path: Path) -> None:
    put(tmp_path / "page.md", "small", "new")
    assert (tmp_path / "page.md").read_text() == f"# small\n\n{PLACE.format('new' + chr(10))}\n"


@pytest.mark.parametrize("text", ["# Mine\n", PLACE.format("") * 2, "<!-- end of bench small -->" + PLACE.format("")])
def test_a_page_without_a_place_for_the_table_is_left_alone(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(BadScenario, match=r"page\.md: has no place for the table\. Add a line <!-- bench small"):
        put(page, "small", "new")
    assert page.read_text() == text
