"""Files of answers, in the forms in which benchmarks publish them."""

import json
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.datasets.answers import answers


def written(folder: Path, *rows: Any) -> str:
    path = folder / "answers.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"question_id": 81, "choices": [{"index": 0, "turns": ["Aloha", "Ciao"]}]}, ("Aloha", "Ciao")),
        ({"question_id": "81", "choices": [{"turns": [{"content": "Aloha", "token_len": 1}]}]}, ("Aloha",)),
        (
            {
                "uid": "81",
                "messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": {"answer": "A"}}],
            },
            ("A",),
        ),
        ({"uid": "81", "messages": [{"role": "assistant", "content": "A"}]}, ("A",)),
        ({"question_id": 81, "text": "Aloha"}, ("Aloha",)),
    ],
)
def test_an_answer_is_found_by_the_id_of_its_question(tmp_path: Path, row: Any, found: tuple[str, ...]) -> None:
    assert answers(written(tmp_path, row)).of("81", "Write a post.") == found


def test_an_answer_without_an_id_is_found_by_the_text(tmp_path: Path) -> None:
    known = answers(written(tmp_path, {"instruction": "Greet me. ", "output": "Hi.", "generator": "gpt4"}))
    assert known.of("7", "Greet me.") == ("Hi.",)
    assert known.of("7", "Leave me.") == ()


def test_a_row_that_is_no_answer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"answers\.jsonl:1: no answer\. Give output"):
        answers(written(tmp_path, {"question_id": 1, "choices": [{"turns": [None]}]}))
    with pytest.raises(BadData, match=r"answers\.jsonl:1: no question_id, uid or instruction"):
        answers(written(tmp_path, {"output": "Hi."}))
