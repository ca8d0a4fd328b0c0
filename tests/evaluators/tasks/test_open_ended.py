"""Open-ended questions: the forms of the benchmarks, their tags, and what is dropped."""

import json
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.graders import mt_bench
from symposia.evaluators.task import Items
from symposia.evaluators.tasks import open_ended
from symposia.tests.support.data import SHARED, needs_shared_data

FLASK = {
    "idx": 1,
    "instruction": "2 + 2?",
    "answer": "4",
    "task": "sums",
    "skill": ["Factuality", "Readability"],
    "domain": ["Math", "Coding"],
    "difficulty": "expert level",
}


def loaded(folder: Path, *rows: Any, **options: Any) -> Items:
    return open_ended.load(split="test", data=written(folder, "data", *rows), **options)


def written(folder: Path, name: str, *rows: Any) -> str:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.mark.parametrize(
    ("row", "question", "further"),
    [
        ({"turns": ["Hi?", "And?"]}, "Hi?", ("And?",)),
        ({"turns": [{"content": "Hi?"}]}, "Hi?", ()),
        ({"uid": "1", "prompt": "Hi?"}, "Hi?", ()),
        ({"instruction": "Translate.", "input": "Hi?"}, "Translate.\n\nHi?", ()),
        ({"instruction": "Hi?", "input": ""}, "Hi?", ()),
        ({"question": "Hi?"}, "Hi?", ()),
        ({"question_id": 1, "text": "Hi?"}, "Hi?", ()),
        ({"input": "Hi?"}, "Hi?", ()),
    ],
)
def test_a_question_is_found_in_the_forms_of_the_benchmarks(
    tmp_path: Path, row: Any, question: str, further: tuple[str, ...]
) -> None:
    (item,) = loaded(tmp_path, row)
    assert (item.question, item.further) == (question, further)


def test_the_tags_of_flask_go_to_its_grader(tmp_path: Path) -> None:
    (item,) = loaded(tmp_path, FLASK, group_by="domain")
    assert item.gold == {
        "reference": "4",
        "skills": ["Factuality", "Readability"],
        "domains": ["Math", "Coding"],
        "difficulty": "expert level",
    }
    assert item.group == "Math"


def test_an_unknown_domain_or_difficulty_is_none(tmp_path: Path) -> None:
    (item,) = loaded(tmp_path, {**FLASK, "domain": -1, "difficulty": -1}, group_by="difficulty")
    assert item.gold == {"reference": "4", "skills": ["Factuality", "Readability"]}
    assert item.group is None
    (item,) = loaded(tmp_path, {**FLASK, "domain": ["-1"]})
    assert "domains" not in item.gold


def test_the_hard_subset_is_found_by_its_text_since_its_numbers_are_others(tmp_path: Path) -> None:
    hard = written(tmp_path, "hard", {**FLASK, "idx": 77})
    items = loaded(tmp_path, FLASK, {**FLASK, "idx": 77, "instruction": "3 + 3?"}, subset=hard)
    assert [item.question for item in items] == ["2 + 2?"]
    assert [one.why for one in items.dropped] == ["it is not in the subset"]


def test_a_baseline_answers_every_turn_or_the_question_is_dropped_and_named(tmp_path: Path) -> None:
    baseline = written(
        tmp_path,
        "baseline",
        {"question_id": 1, "choices": [{"turns": ["Hello", "Bye"]}]},
        {"question_id": 2, "choices": [{"turns": ["Hello"]}]},
    )
    rows = [{"question_id": number, "category": "writing", "turns": [f"Hi {number}?", "And?"]} for number in (1, 2, 3)]
    items = loaded(tmp_path, *rows, baseline=baseline)
    assert [item.gold for item in items] == [
        {"category": "writing", "turns": [{"baseline": "Hello"}, {"baseline": "Bye"}]}
    ]
    assert [one.why for one in items.dropped] == [
        "the baseline answered 1 of its 2 turns",
        "the baseline answered 0 of its 2 turns",
    ]


def test_references_for_the_judge_come_from_a_file_of_answers(tmp_path: Path) -> None:
    file = written(tmp_path, "gpt-4", {"question_id": 1, "choices": [{"turns": ["4", "6"]}]})
    row = {"question_id": 1, "category": "math", "turns": ["2 + 2?", "3 + 3?"], "reference": ["a hint", ""]}
    (item,) = loaded(tmp_path, row, references=file)
    assert [turn["reference"] for turn in item.gold["turns"]] == ["4", "6"]
    (item,) = loaded(tmp_path, row)
    assert item.gold["turns"] == [{"reference": "a hint"}, {}]


@pytest.mark.parametrize("row", [{"turns": []}, {"turns": ["Hi?", " "]}, {"prompt": None}, {"instruction": 4}])
def test_a_record_that_cannot_be_asked_is_dropped_and_named(tmp_path: Path, row: Any) -> None:
    items = loaded(tmp_path, row, {"prompt": "Hi?"})
    assert [item.question for item in items] == ["Hi?"]
    (dropped,) = items.dropped
    assert dropped.where.endswith("data.jsonl:1")
    assert dropped.why == "the question is no text"


def test_a_row_without_a_question_says_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"no field 'instruction'\. This row has ask"):
        loaded(tmp_path, {"ask": "Hi?"})


def test_it_is_rated_by_judges_where_no_grader_is_named() -> None:
    assert (open_ended.grade, open_ended.RANGE) == (mt_bench.grade, (1.0, 10.0))


def test_a_reply_is_read_as_it_stands(tmp_path: Path) -> None:
    (item,) = loaded(tmp_path, {"prompt": "Hi?"})
    assert [open_ended.read(item, text) for text in (" Hello.\n", " ")] == ["Hello.", None]


@needs_shared_data
def test_the_shared_questions_of_arena_hard_and_mt_bench_all_load() -> None:
    arena = open_ended.load(split="test", data=str(SHARED / "arena_hard_question.jsonl.gz"))
    assert (len(arena), arena.dropped, len({item.cluster for item in arena})) == (500, (), 250)
    bench = open_ended.load(split="test", data=str(SHARED / "mt_bench_question.jsonl.gz"))
    assert (len(bench), bench.dropped, {len(item.further) for item in bench}) == (80, (), {1})
    assert len({item.group for item in bench}) == 8


def test_a_label_of_a_person_goes_to_the_report_on_judges(tmp_path: Path) -> None:
    (item,) = loaded(tmp_path, {"prompt": "Hi?", "label": 1})
    assert item.gold == {"label": 1.0}
