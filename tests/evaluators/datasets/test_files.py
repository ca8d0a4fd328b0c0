"""Data files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.errors import BadData, UnknownName
from symposia.evaluators.datasets import rows as data
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import short_answer
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
        ({"profile": "lax"}, "short_answer: no profile named 'lax'. Known: moco_compat, strict."),
        ({"data": None}, "short_answer: no data. Name a file or a hub data set, such as data: gsm8k.test.jsonl."),
        (
            {"score": "f1", "kind": "number"},
            "short_answer: score f1 compares words, and kind is 'number'. Leave the kind out, or make it text.",
        ),
        ({"data": "nowhere"}, "nowhere: no such file. Give a .jsonl, .jsonl.gz or .json file, or a hub: name."),
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
