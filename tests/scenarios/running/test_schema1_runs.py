"""Runs recorded by the version before trace schema 2: they replay byte for byte, and those cut short resume."""

import json
import tarfile
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import pytest
from symposia.agents.trace_reader import read
from symposia.tests.support.command import inside

ARCHIVE = Path(__file__).parents[2] / "fixtures" / "schema1.tar.xz"
CUT = ("debate", "evolve")
FINISHED = (
    *("cascade", "client_server", "co_llm", "co_llm_head", "contrast", "dare_ties", "debate", "evolve", "expo"),
    *("fusion", "fusion_optimized", "fusion_speculative", "fusion_topk", "greedy_soup", "lorahub", "majority_vote"),
    *("mentor_collab", "mentor_head", "merge", "model_swarms", "nested", "nudging", "prompt_routing", "slerp"),
    *("swarm_judge", "swarm_original", "swarm_reward", "switch_generation", "ties", "unite", "unite_safe"),
    "user_loop",
)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the old runs; nothing is written there."""
    folder = tmp_path_factory.mktemp("schema1")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def untimed(value: Any) -> Any:
    """JSON without the seconds that things took."""
    if isinstance(value, dict):
        return {key: untimed(one) for key, one in value.items() if key != "seconds"}
    return [untimed(one) for one in value] if isinstance(value, list) else value


def report_of(directory: Path) -> Any:
    """The report of a run, without what reports did not say in these days."""
    report = untimed(json.loads((directory / "report.json").read_text()))
    report["notes"] = [note for note in report["notes"] if not note.startswith(("p-values", "Certificate"))]
    return {key: value for key, value in report.items() if key not in ("comparisons", "versions", "busy")}


def samples_of(directory: Path) -> dict[str, Any]:
    """The samples of a run and of its baselines, by file."""
    return {
        path.name: [untimed(json.loads(line)) for line in path.read_text().splitlines()]
        for path in (directory / "samples.jsonl", *directory.glob("baselines/*.jsonl"))
    }


def test_every_old_run_is_named_here(old: Path) -> None:
    assert sorted([*FINISHED, *(f"interrupted_{name}" for name in CUT)]) == sorted(path.name for path in old.iterdir())


@pytest.mark.parametrize("name", FINISHED)
def test_a_run_of_schema_1_replays_byte_for_byte(name: str, old: Path) -> None:
    header, events, _ = read(old / name / "trace.jsonl")
    assert header["trace"] == 1
    done = inside("replay", name, folder=old)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{name}: {len(events)} events replayed, 0 model calls, ")


@pytest.mark.parametrize("file", ["samples.jsonl", "baselines/equal_budget.jsonl"])
def test_another_score_in_an_old_run_is_found_out(file: str, old: Path, tmp_path: Path) -> None:
    copytree(old / "debate", tmp_path / "debate")
    path = tmp_path / "debate" / file
    path.write_text(path.read_text().replace('"score":1.0', '"score":0.0', 1))
    done = inside("replay", "debate", folder=tmp_path)
    assert done.code != 0
    assert f"debate/{file}:" in done.err
    assert "differs from what the trace says" in done.err


@pytest.mark.parametrize("name", CUT)
def test_an_old_run_that_was_cut_short_resumes_to_the_same_end(name: str, old: Path, tmp_path: Path) -> None:
    run, start, whole = tmp_path / "run", tmp_path / "start", old / name
    for folder in (run, start):
        copytree(old / f"interrupted_{name}", folder)
    assert not (start / "trace.jsonl").read_bytes().endswith(b"\n")
    before = read(start / "trace.jsonl", cut=True)[1]
    copy(run / "scenario.yaml", tmp_path / f"{name}.yaml")
    done = inside("run", f"{name}.yaml", "--out", "run", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert report_of(run) == report_of(whole)
    assert samples_of(run) == samples_of(whole)
    header, after, _ = read(run / "trace.jsonl")
    assert header["trace"] == 2
    assert after[: len(before)] == before
    answered = [(event.question, event.sender, event.turn) for event in after if event.to == "conductor"]
    assert len(answered) == len(set(answered))
    assert inside("replay", "run", folder=tmp_path).code == 0


def test_a_fork_of_an_old_run_keeps_its_comparator(old: Path, tmp_path: Path) -> None:
    events = read(old / "majority_vote" / "trace.jsonl")[1]
    said = next(event for event in events if event.to == "conductor" and event.question == "test/0")
    done = inside("fork", str(old / "majority_vote"), str(said.seq), "0", "--out", "fork", folder=tmp_path)
    assert done.code == 0
    assert json.loads((tmp_path / "fork" / "run.json").read_text())["rules"] == 1
    names = {row["name"] for row in report_of(tmp_path / "fork")["rows"] if row["kind"] == "equal_budget"}
    assert names == {"mentor x 3"}
    assert inside("replay", "fork", folder=tmp_path).code == 0
