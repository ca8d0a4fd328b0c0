"""Data files."""

import csv
import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from symposia.agents.errors import BadData, UnknownName
from symposia.evaluators.datasets import rows as data
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.tests.support.data import written


@pytest.mark.parametrize("name", ["some.test.jsonl", "some.test.jsonl.gz"])
def test_a_source_is_a_file_or_its_name_without_the_split(tmp_path: Path, name: str) -> None:
    source = written(tmp_path, [{"input": "One?", "output": "1"}], name)
    assert [row["input"] for row in data.rows(source, "test")] == ["One?"]
    assert [row["input"] for row in data.rows(str(tmp_path / "some"), "test")] == ["One?"]


def test_a_json_file_has_a_list_for_each_split(tmp_path: Path) -> None:
    (tmp_path / "some.json").write_text(
        json.dumps({"name": "some", "dev": [{"input": "D?"}], "test": [{"input": "T?"}]})
    )
    assert [row["input"] for row in data.rows(str(tmp_path / "some"), "dev")] == ["D?"]


def test_a_limit_draws_by_seed_and_keeps_the_order_of_the_file(tmp_path: Path) -> None:
    source = written(tmp_path, [{"input": f"{n}?", "output": n} for n in range(20)])
    drawn = [[item.question for item in short_answer.load(split="test", data=source, limit=k, seed=3)] for k in (4, 8)]
    assert drawn[0] == ["1?", "9?", "13?", "18?"]
    assert set(drawn[0]) < set(drawn[1])
    assert len(drawn[1]) == 8


def test_a_limit_does_not_cut_a_cluster(tmp_path: Path) -> None:
    rows = [{"input": f"{n}?", "output": "True", "question_id": n // 4} for n in range(12)]
    items = short_answer.load(split="test", data=written(tmp_path, rows), limit=7)
    assert len({item.cluster for item in items}) == 1
    assert len(items) == 4


def test_an_id_is_the_hash_of_question_and_gold() -> None:
    item = Item(question="2 + 2?", form="A number.", gold="4")
    assert item.id == "0958482cce40dfb9"
    assert item.id == Item(question="2 + 2?", form="In words.", gold="4", group="sums").id
    assert item.id != Item(question="2 + 2?", form="A number.", gold="5").id


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": 0}, "limit: 0 leaves nothing to ask. Give at least 1, or no limit."),
        ({"split": "tset"}, "DATA: no split named 'tset'. Did you mean 'test'? Known: test."),
        (
            {"kind": "nubmer"},
            "short_answer: no kind named 'nubmer'. Did you mean 'number'? "
            "Known: auto, bool, date, interval, latex, list, number, option, set, text.",
        ),
        ({"profile": "lax"}, "short_answer: no profile named 'lax'. Known: moco_1_1, moco_compat, strict."),
        ({"data": None}, "short_answer: no data. Name a file or a hub data set, such as data: gsm8k.test.jsonl."),
        (
            {"score": "f1", "kind": "number"},
            "short_answer: score f1 compares words, and kind is 'number'. Leave the kind out, or make it text.",
        ),
        (
            {"data": "nowhere"},
            "nowhere: no such file. Give a .jsonl, .json, .csv, .tsv or .parquet file, or a hub: name.",
        ),
        (
            {"data": "hub:squad"},
            "hub:squad: not the name of a data set. Write hub:OWNER/NAME, hub:OWNER/NAME:CONFIG or either @REVISION.",
        ),
    ],
)
def test_a_wrong_option_is_one_clear_error(tmp_path: Path, options: Mapping[str, Any], message: str) -> None:
    source = written(tmp_path, [{"input": "One?", "output": "1"}])
    with pytest.raises((BadData, UnknownName)) as error:
        short_answer.load(**{"split": "test", "data": source, **options})
    assert str(error.value) == message.replace("DATA", source)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "DATA: the split 'test' is empty. It needs at least one row."),
        ('{"input": "One?"}\n', "DATA:1: no field 'output'. This row has input."),
        (
            '{"input": "1?", "output": 1}\n{"inp\n',
            "DATA:2: Unterminated string starting at at column 2. Each line should be one JSON object.",
        ),
        ('{"input": "1?", "output": 1}\n\n[1]\n', "DATA:3: a list. Each line should be one JSON object."),
        (
            '{"input": "1?", "output": null}\n',
            "DATA:1: the gold is null or empty, and no row is left. The split needs at least one usable row.",
        ),
    ],
)
def test_a_broken_file_is_one_clear_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "some.test.jsonl"
    path.write_text(text)
    with pytest.raises(BadData) as error:
        short_answer.load(split="test", data=str(path))
    assert str(error.value) == message.replace("DATA", str(path))


def test_a_cut_off_archive_is_one_clear_error(tmp_path: Path) -> None:
    source = written(tmp_path, [{"input": "One?", "output": "1"}] * 50, "some.test.jsonl.gz")
    Path(source).write_bytes(Path(source).read_bytes()[:40])
    with pytest.raises(BadData, match=r"cannot be read .* It should be UTF-8 text, gzipped if it ends in \.gz\.$"):
        data.rows(source, "test")


QUESTIONS = [{"question": "One?", "answer": "1"}, {"question": "Two, or three?", "answer": "2"}]


def in_format(name: str, folder: Path) -> Path:
    """The same two rows in a file of this name."""
    path = folder / name
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(QUESTIONS), path)
    elif path.suffix in (".csv", ".tsv"):
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, ["question", "answer"], delimiter="," if path.suffix == ".csv" else "\t")
            writer.writeheader()
            writer.writerows(QUESTIONS)
    elif path.suffix == ".json":
        path.write_bytes(b"\xef\xbb\xbf" + json.dumps(QUESTIONS).encode())
    else:
        path.write_bytes(b"\xef\xbb\xbf" + "".join(json.dumps(row) + "\r\n" for row in QUESTIONS).encode())
    return path


@pytest.mark.parametrize("name", ["q.jsonl", "q.json", "q.csv", "q.tsv", "q.parquet", "q.test.csv", "q.test.parquet"])
def test_every_format_gives_the_same_items_with_a_byte_order_mark_or_without(tmp_path: Path, name: str) -> None:
    path = in_format(name, tmp_path)
    for source in (path, tmp_path / "q"):
        if source is path or ".test." in name or name == "q.json":
            items = short_answer.load(split="test", data=str(source))
            assert [(item.question, item.gold) for item in items] == [("One?", ["1"]), ("Two, or three?", ["2"])]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("q.csv", "question,answer\nOne?\n", "q.csv:2: 1 fields, and the header has 2. Quote a field with separators."),
        ("q.csv", "a,a\n1,2\n", "q.csv:1: the header names 2 fields, 1 of them different."),
        ("q.csv", 'a,b\n"1,2\n', "q.csv:2: unexpected end of data. Quote a field that has quotes or lines in it."),
        ("q.json", "7", "q.json: no list of rows. It should be a JSON list of rows, or an object with one a split."),
        ("q.parquet", "no", "q.parquet: cannot be read as Parquet ("),
    ],
)
def test_a_table_that_is_none_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadData) as raised:
        data.rows(str(tmp_path / name), "test")
    assert str(raised.value).startswith(f"{tmp_path}/{message}")


@pytest.mark.parametrize("answer", [1, "B", "blue", " blue "])
def test_options_are_a_list_and_the_answer_a_position_a_letter_or_a_text(tmp_path: Path, answer: object) -> None:
    row = {"question": "Which?", "choices": ["amber", "blue", "coral"], "answer": answer}
    for choices in (row["choices"], json.dumps(row["choices"])):
        item = multiple_choice.load(split="test", data=written(tmp_path, [{**row, "choices": choices}]))[0]
        assert (item.question, item.gold) == ("Which?\nA) amber\nB) blue\nC) coral", "B")


@pytest.mark.parametrize("answer", [3, -1, True, "1", "grey"])
def test_an_answer_that_is_no_option_of_a_list_is_named(tmp_path: Path, answer: object) -> None:
    row = {"question": "Which?", "choices": ["amber", "amber", "coral"], "answer": answer}
    with pytest.raises(BadData, match=r"is not a key of its choices\. They are A, B, C\."):
        multiple_choice.load(split="test", data=written(tmp_path, [row]))


def test_a_question_follows_the_passage_that_it_is_about(tmp_path: Path) -> None:
    row = {"input": "Ada was born in 1815.", "question": "When was she born?", "output": "1815"}
    item = short_answer.load(split="test", data=written(tmp_path, [row]))[0]
    assert item.question == "Ada was born in 1815.\n\nWhen was she born?"


def test_fields_of_other_names_are_mapped(tmp_path: Path) -> None:
    source = written(tmp_path, [{"prompt": "2 + 2?", "label": 4}])
    item = short_answer.load(split="test", data=source, fields={"question": "prompt", "answer": "label"})[0]
    assert (item.question, item.gold) == ("2 + 2?", ["4"])
    with pytest.raises(BadData, match=r":1: no field 'promt'\. This row has prompt, label\."):
        short_answer.load(split="test", data=source, fields={"question": "promt", "answer": "label"})


@pytest.mark.parametrize("question", [None, {"a": 1}, ["a"], "", "  "])
def test_a_row_whose_question_is_no_text_is_dropped(tmp_path: Path, question: object) -> None:
    rows = [{"input": question, "output": "4"}, {"input": "2 + 2?", "output": "4"}]
    items = short_answer.load(split="test", data=written(tmp_path, rows))
    assert [item.question for item in items] == ["2 + 2?"]
    assert [dropped.why for dropped in items.dropped] == ["the question is no text"]


def test_a_row_with_half_a_character_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(
        '{"input": "\\ud83d?", "output": "4"}\n{"input": "2?", "output": "\\ud83d"}\n{"input": "1?", "output": "1"}\n'
    )
    items = short_answer.load(split="test", data=str(tmp_path / "q.jsonl"))
    assert [item.question for item in items] == ["1?"]
    assert [dropped.why for dropped in items.dropped] == ["it holds half a character, which is no text"] * 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("some.csv.gz", "input,output\nOne?,1\n"),
        ("some.tsv.gz", "input\toutput\nOne?\t1\n"),
        ("some.json.gz", '[{"input": "One?", "output": "1"}]'),
    ],
)
def test_a_table_and_a_list_of_json_may_be_gzipped(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    assert [dict(row.fields) for row in data.rows(str(tmp_path / name), "test")] == [{"input": "One?", "output": "1"}]
