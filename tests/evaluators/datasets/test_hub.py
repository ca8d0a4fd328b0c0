"""Data sets of the hub."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from symposia.evaluators.datasets import hub as data_hub
from symposia.evaluators.tasks import short_answer
from symposia.tests.support.data import written


@pytest.mark.parametrize(
    ("found", "fields"),
    [
        (
            {"question": "Q?", "choices": {"text": ["x", "y"], "label": ["1", "2"]}, "answerKey": "2"},
            {"question": "Q?", "choices": {"1": "x", "2": "y"}, "answer": "2"},
        ),
        (
            {"question": "Q?", "choices": ["x", "y"], "answer": 1},
            {"question": "Q?", "choices": {"A": "x", "B": "y"}, "answer": "B"},
        ),
        ({"question": "Q?", "answer": "1 + 1 = 2\n#### 2"}, {"input": "Q?", "output": "2"}),
        ({"input": "Q?", "target": "(A)"}, {"input": "Q?", "output": "(A)"}),
        ({"question": "Q?", "possible_answers": '["x"]'}, {"input": "Q?", "output": '["x"]'}),
        ({"input": "Q?", "output": "x"}, {"input": "Q?", "output": "x"}),
    ],
)
def test_rows_of_the_hub_are_brought_into_our_fields(found: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    assert data_hub.converted(found) == fields


def test_dev_is_the_validation_split_of_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lab" / "colours").mkdir(parents=True)
    for split, answer in (("validation", "3"), ("test", "4")):
        written(tmp_path / "lab" / "colours", [{"question": split, "answer": f"so\n#### {answer}"}], f"{split}.jsonl")
    monkeypatch.chdir(tmp_path)
    (item,) = short_answer.load(split="dev", data="hub:lab/colours")
    assert (item.question, item.gold) == ("validation", ["3"])
