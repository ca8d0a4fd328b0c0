"""`symposia data`: what is known, here, and wrong with data sets."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from symposia.evaluators.datasets import fetching
from symposia.scenarios.cli import main
from symposia.tests.support.data import SKY, written


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs `symposia data` in a folder where no data set is."""
    monkeypatch.setenv("SYMPOSIA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as left:
            main(["data", *arguments])
        shown = capsys.readouterr()
        return Outcome(int(left.value.code or 0), shown.out, shown.err)

    return run


def test_the_list_says_what_is_here(data: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    written(tmp_path / "data", [{"input": "1 + 1?", "output": "2"}], "gsm8k.test.jsonl")
    rows = {row["name"]: row for row in json.loads(data("list", "--json").out)}
    assert len(rows) > 100
    assert rows["gsm8k"]["here"] == str(tmp_path / "data" / "gsm8k")
    assert rows["math"]["here"] is None
    assert "gsm8k" in data("list").out


def test_one_data_set_is_shown_with_its_defects_and_how_to_get_it(data: Callable[..., Outcome]) -> None:
    shown = data("show", "arc_challenge").out
    assert "guessing scores: chance 0.250, majority 0.265" in shown
    assert "to get it: symposia data fetch arc_challenge" in shown
    assert "licence: CC-BY-SA-4.0" in shown
    assert "Options are lettered by position." in shown
    assert data("show", "arc").err.startswith("data: no data set named 'arc'. Did you mean")


def test_a_file_is_checked_row_by_row(data: Callable[..., Outcome], tmp_path: Path) -> None:
    rows = [SKY, SKY, {**SKY, "question": "The sea?", "answer": None}]
    written(tmp_path, rows, good := "sky.test.jsonl")
    checked = data("check", good, "--task", "multiple_choice")
    assert checked.code == 0
    assert "1 questions" in checked.out
    assert f"{good}:2: left out: same question and gold as {good}:1" in checked.out
    assert f"{good}:3: left out: the answer is null" in checked.out


def test_every_row_that_cannot_be_used_is_named(data: Callable[..., Outcome], tmp_path: Path) -> None:
    rows = [SKY, {**SKY, "answer": "E"}, {"question": "The sea?", "choices": {"A": "blue"}, "answer": "A"}]
    written(tmp_path, rows, bad := "bad.test.jsonl")
    checked = data("check", bad, "--task", "multiple_choice")
    assert checked.code == 2
    assert "bad.test.jsonl:2: the answer 'E' is not a key of its choices" in checked.out.replace("\n", " ")
    assert "bad.test.jsonl:3: choices are not 2 to 26 options" in checked.out.replace("\n", " ")
    assert "2 rows cannot be used" in checked.err
    as_json = json.loads(data("check", bad, "--task", "multiple_choice", "--json").out)
    assert len(as_json[0]["faults"]) == 2


def test_what_dev_and_test_share_is_counted(data: Callable[..., Outcome], tmp_path: Path) -> None:
    for split in ("dev", "test"):
        written(tmp_path, [SKY], f"sky.{split}.jsonl")
    assert "1 questions, 1 of them in dev too" in data("check", "sky", "--task", "multiple_choice").out


def test_a_file_without_a_task_cannot_be_checked(data: Callable[..., Outcome]) -> None:
    assert data("check", "sky.jsonl").err == (
        "sky.jsonl: no registered data set. For a file say what is asked: --task multiple_choice.\n"
    )


def test_a_data_set_of_moco_is_fetched_from_its_package(
    data: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "modelco" / "model_collaboration" / "data"
    package.mkdir(parents=True)
    (package / "gsm8k.json").write_text(json.dumps({"test": [{"input": "1 + 1?", "output": "2"}]}))
    monkeypatch.setenv("SYMPOSIA_MOCO", str(tmp_path / "modelco"))
    fetched = data("fetch", "gsm8k")
    assert fetched.out.startswith("gsm8k: licence MIT\n")
    monkeypatch.delenv("SYMPOSIA_MOCO")
    assert "1 questions" in data("check", "gsm8k").out


def test_a_data_set_of_the_hub_is_fetched_with_its_images_and_its_origin(
    data: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = {"bytes": b"GIF89a" + bytes(10)}
    row = {"question": "What <image 1>?", "choices": ["a", "b"], "answer": "B", "images": [image]}
    row["question_type"] = "multiple-choice"
    monkeypatch.setattr(fetching, "downloaded", lambda one, split: [(f"{one.name}:{split}[0]", row)])
    assert data("fetch", "mmmu").code == 0
    origin = json.loads((tmp_path / "data" / "mmmu.origin.json").read_text())
    assert origin["source"] == "hub:MMMU/MMMU:Accounting"
    assert sorted(origin["sha256"]) == ["mmmu.dev.jsonl.gz", "mmmu.test.jsonl.gz"]
    checked = data("check", "mmmu")
    assert (checked.code, checked.out.count("1 questions")) == (0, 2)


def test_what_cannot_be_fetched_says_how_to_get_it(data: Callable[..., Outcome]) -> None:
    assert "Put there evaluation_set/flask_evaluation.jsonl" in data("fetch", "flask").err
    assert "Fetch its parts: model_swarms/hearsay" in data("fetch", "model_swarms/legal").err
    assert "mmlu_pro" in data("fetch", "mmlu_pro").err
