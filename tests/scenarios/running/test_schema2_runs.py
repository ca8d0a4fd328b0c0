"""Runs recorded while each protocol was one file, before its messages moved: they replay, and go on where cut short."""

import json
import tarfile
from pathlib import Path
from shutil import copy, copytree, rmtree
from typing import Any

import pytest
from symposia.agents.trace_reader import read
from symposia.tests.support.command import inside

ARCHIVE = Path(__file__).parents[2] / "fixtures" / "schema2.tar.xz"
NAMES = (
    *("cascade", "client_server", "co_llm", "debate", "llm_blender", "mentor_collab", "model_swarms", "nearest"),
    *("refine", "unite_safe", "weighted_vote"),
)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the old runs; nothing is written there."""
    folder = tmp_path_factory.mktemp("schema2")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def scores_of(directory: Path) -> list[dict[str, Any]]:
    """The samples of a run without the seconds that they took."""
    lines = (directory / "samples.jsonl").read_text().splitlines()
    return [{key: one for key, one in json.loads(line).items() if key != "seconds"} for line in lines]


def test_every_old_run_is_named_here(old: Path) -> None:
    assert sorted(path.name for path in old.iterdir()) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_of_a_protocol_that_was_one_file_replays(name: str, old: Path) -> None:
    header, events, _ = read(old / name / "trace.jsonl")
    assert header["trace"] == 2
    done = inside("replay", name, folder=old)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{name}: {len(events)} events replayed, 0 model calls, ")


@pytest.mark.parametrize("name", ["debate", "unite_safe"])
def test_answers_recorded_before_are_not_asked_for_again(name: str, old: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    copytree(old / name, run)
    lines = (run / "trace.jsonl").read_bytes().splitlines(keepends=True)
    (run / "trace.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
    for file in ("report.json", "report.md", "samples.jsonl"):
        (run / file).unlink()
    rmtree(run / "baselines")
    copy(run / "scenario.yaml", tmp_path / f"{name}.yaml")
    before = read(run / "trace.jsonl")[1]
    assert inside("run", f"{name}.yaml", "--out", "run", folder=tmp_path).code == 0
    after = read(run / "trace.jsonl")[1]
    assert after[: len(before)] == before
    answered = [(event.question, event.sender, event.turn) for event in after if event.to == "conductor"]
    assert len(answered) == len(set(answered)) > 0
    assert scores_of(run) == scores_of(old / name)
