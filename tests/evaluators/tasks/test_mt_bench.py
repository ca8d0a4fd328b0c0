"""MT-Bench's questions, as FastChat and the hub have them."""

import json
from pathlib import Path
from typing import Any

import pytest
from symposia.evaluators.tasks import mt_bench

FASTCHAT = {"question_id": 101, "category": "math", "turns": ["2 + 2?", "And 3 + 3?"], "reference": ["a hint", ""]}
HUB = {"prompt_id": 101, "category": "math", "prompt": ["2 + 2?", "And 3 + 3?"], "reference": ["a hint", ""]}


def written(folder: Path, name: str, row: Any) -> str:
    (folder / f"{name}.jsonl").write_text(json.dumps(row) + "\n")
    return str(folder / f"{name}.jsonl")


@pytest.mark.parametrize("row", [FASTCHAT, HUB])
def test_a_question_has_two_turns_and_its_hints_are_left_out(tmp_path: Path, row: Any) -> None:
    (item,) = mt_bench.load(split="test", data=written(tmp_path, "data", row))
    assert (item.question, item.further, item.group) == ("2 + 2?", ("And 3 + 3?",), "math")
    assert item.gold == {"category": "math", "turns": [{}, {}]}


@pytest.mark.parametrize("row", [FASTCHAT, HUB])
def test_references_and_a_baseline_are_files_of_answers(tmp_path: Path, row: Any) -> None:
    references = written(tmp_path, "gpt-4", {"question_id": 101, "choices": [{"turns": ["4", "6"]}]})
    baseline = written(tmp_path, "other", {"question_id": 101, "choices": [{"turns": ["five", "seven"]}]})
    (item,) = mt_bench.load(split="test", data=written(tmp_path, "data", row), references=references, baseline=baseline)
    assert item.gold["turns"] == [
        {"reference": "4", "baseline": "five"},
        {"reference": "6", "baseline": "seven"},
    ]
