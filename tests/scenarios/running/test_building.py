"""Training data built by a scenario: the files, a run that was stopped, and what is refused."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from datasets import load_dataset
from symposia.agents.errors import SymposiaError
from symposia.scenarios.planning.wanted import planned
from symposia.tests.support.command import inside
from symposia.trainers.finetuning.data import read_pairs, read_sequences
from symposia.trainers.finetuning.pair import PreferencePair
from symposia.trainers.finetuning.sequence import TrainingSequence

SCENARIO = """\
protocol: {use: text/user_loop, options: {max_turns: 4}}
team:
  - {name: user, model: "pocket:user", sampling: {temperature: 0}}
  - {name: assistant, model: "pocket:generalist"}
task: {use: pocket, split: test, limit: 4, options: {skills: [composition]}}
sampling: {temperature: 1.5, max_tokens: 8}
baselines: false
build: {candidates: 3, futures: 2, messages: 6, metrics: [{use: task}, {use: amount, weight: -0.01}]}
"""
FILES = ("conversations.json", "rows.jsonl", "sft.jsonl", "inputs.jsonl", "preferences.jsonl", "pairs.jsonl")


def built(folder: Path, text: str = SCENARIO) -> dict[str, Any]:
    """What `symposia build` says of a scenario in a folder."""
    (folder / "s.yaml").write_text(text)
    done = inside("build", "s.yaml", "--out", "data", "--json", "--quiet", folder=folder)
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


def files(folder: Path) -> dict[str, bytes]:
    """The files of built data."""
    return {name: (folder / "data" / name).read_bytes() for name in FILES}


def tokens(folder: Path) -> list[TrainingSequence]:
    """The training sequences of built data."""
    lines = (folder / "data/sequences.jsonl").read_text().splitlines()
    return [TrainingSequence.model_validate_json(line) for line in lines]


def test_all_sets_are_written_in_the_columns_of_the_originals(tmp_path: Path) -> None:
    found = built(tmp_path)
    assert (found["conversations"], found["rows"]["rows"]) == (4, found["candidates"])
    row = json.loads((tmp_path / "data/rows.jsonl").read_text().splitlines()[0])
    assert list(row)[:8] == [
        *("prompt", "completion", "conv_id", "score"),
        *("single_turn_prompt", "single_turn_completion", "single_turn_metadata", "turn_id"),
    ]
    assert list(row["rewards"]) == ["task", "amount", "MR"]
    assert [len(row["rewards"]["MR"]), len(row["sessions"])] == [2, 2]
    for name in ("rows", "sft", "inputs", "preferences", "sequences", "pairs"):
        read = load_dataset("parquet", data_files=str(tmp_path / f"data/{name}.parquet"), split="train")
        assert len(read) == found["rows"][name] > 0


def test_sets_by_token_id_are_those_of_the_texts(tmp_path: Path) -> None:
    found = built(tmp_path)
    assert {one.source for one in tokens(tmp_path)} == {
        json.loads(line)["goal_id"] for line in (tmp_path / "data/rows.jsonl").read_text().splitlines()
    }
    assert all(one.logprobs and one.trained for one in tokens(tmp_path))
    assert found["rows"]["pairs"] == found["rows"]["preferences"]
    texts = [json.loads(line) for line in (tmp_path / "data/preferences.jsonl").read_text().splitlines()]
    lines = (tmp_path / "data/pairs.jsonl").read_text().splitlines()
    pairs = [PreferencePair.model_validate_json(line) for line in lines]
    assert [(one.score_chosen, one.score_rejected) for one in pairs] == [
        (row["score_chosen"], row["score_rejected"]) for row in texts
    ]


def test_the_training_programs_read_the_sets_by_token_id(tmp_path: Path) -> None:
    found = built(tmp_path)
    chat: Any = SimpleNamespace(name="pocket", vocabulary=SimpleNamespace(size=10**6))
    for end in (".jsonl", ".parquet"):
        assert list(read_sequences(tmp_path / f"data/sequences{end}", chat).rows) == tokens(tmp_path)
        assert len(read_pairs(tmp_path / f"data/pairs{end}", chat).rows) == found["rows"]["pairs"]


def test_a_run_that_was_stopped_goes_on_to_the_same_files(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for folder in (whole, cut):
        folder.mkdir()
        built(folder)
    lines = (cut / "data/trace.jsonl").read_bytes().splitlines(keepends=True)
    (cut / "data/trace.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
    built(cut)
    assert files(cut) == files(whole)
    for one, other in zip(tokens(cut), tokens(whole), strict=True):
        assert (one.ids, one.mask) == (other.ids, other.mask)
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)  # a batch of other members rounds otherwise


def test_a_finished_run_asks_nobody_again(tmp_path: Path) -> None:
    built(tmp_path)
    trace, before = (tmp_path / "data/trace.jsonl").read_bytes(), files(tmp_path)
    built(tmp_path)
    assert (tmp_path / "data/trace.jsonl").read_bytes() == trace
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{use: task}", "{use: bleo}", r"build.metrics.0: no grader named 'bleo'"),
        ("{use: amount, weight: -0.01}", "{use: task}", "build.metrics: metric named twice: task"),
        ("{use: task}", "{use: interactivity}", "asks judges. Name one"),
        (
            "{use: amount, weight: -0.01}",
            "{use: amount, options: {scoop: future}}",
            "build.metrics.1.options: no key named 'scoop'. Did you mean 'scope'",
        ),
        (
            "{use: amount, weight: -0.01}",
            "{use: amount, options: {count: tokens}}",
            "build.metrics.1.options: no unit named 'tokens'",
        ),
        ("weight: -0.01", "weight: .nan", "weight"),
        ("futures: 2", "futures: 0", "build.futures"),
    ],
)
def test_what_cannot_be_built_is_refused_before_a_call(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "s.yaml").write_text(SCENARIO.replace(old, new))
    with pytest.raises(SymposiaError, match=message):
        planned(tmp_path / "s.yaml")


def test_data_is_built_by_a_user_loop_alone(tmp_path: Path) -> None:
    text = SCENARIO.replace("{use: text/user_loop, options: {max_turns: 4}}", "{use: text/majority_vote}")
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(SymposiaError, match=r"build: follows text/majority_vote. Data is built by text/user_loop"):
        planned(tmp_path / "s.yaml")


def test_a_scenario_without_build_says_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCENARIO[: SCENARIO.index("build:")])
    done = inside("build", "s.yaml", folder=tmp_path)
    assert done.code == 2
    assert done.err == "s.yaml: no build. Say what conversations are scored by: build: {metrics: [{use: task}]}.\n"
