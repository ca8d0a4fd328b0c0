"""Runs that are killed, cut off, shared, or cannot be written: nothing is lost, nobody is asked twice."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from symposia.agents import Answer, Sampling, Turn
from symposia.agents.errors import BadScenario, BadTrace, CannotWrite, Divergence
from symposia.agents.event import CONDUCTOR
from symposia.agents.loading import load
from symposia.agents.models.base import GREEDY
from symposia.agents.trace_reader import read
from symposia.scenarios.running.job import Finished
from symposia.scenarios.running.lock import locked
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.tests.support.command import inside
from symposia.tests.support.said import says
from symposia.tests.support.written import SCRIPTS, planned, ran, scenario

WRITTEN_AT_THE_END = ("report.json", "report.md", "samples.jsonl")


class Counted:
    """Answers as its model does, and counts."""

    def __init__(self, url: str, asked: list[str]) -> None:
        self.model: Any = load(url)
        self.asked = asked

    def resume(self, calls: int) -> None:
        self.model.resume(calls)

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.asked.append(turns[-1].text)
        answer: Answer = await self.model.write(turns, sampling)
        return answer


async def resumed(directory: Path) -> tuple[Finished, int]:
    """The run of a directory, gone on with, and how many calls that took."""
    asked: list[str] = []
    finished = await run(planned(directory.parent / "s.yaml"), directory, load=lambda url: Counted(url, asked))
    return finished, len(asked)


def answered(directory: Path) -> int:
    """How many answers the trace of a run has, an unfinished line left out."""
    lines = (directory / "trace.jsonl").read_bytes().split(b"\n")[1:-1]
    return sum(json.loads(line)["to"] == CONDUCTOR != json.loads(line)["sender"] for line in lines)


def killed(finished: Finished, kept: int) -> Path:
    """A copy of a run as it was when this many bytes of its trace were written."""
    copy = finished.directory.parent / f"killed_at_{kept}"
    copytree(finished.directory, copy)
    trace = copy / "trace.jsonl"
    trace.write_bytes(trace.read_bytes()[:kept])
    for name in WRITTEN_AT_THE_END:
        (copy / name).unlink()
    return copy


def untimed(finished: Finished) -> Any:
    """A report without the seconds that things took."""
    report = finished.report.model_dump()
    return [{**row, "seconds": 0} for row in report["rows"] if row["metric"] != "seconds"], report["notes"]


@pytest.mark.long
async def test_a_run_that_was_killed_at_any_byte_ends_the_same_and_asks_only_for_what_is_missing(
    tmp_path: Path,
) -> None:
    whole = await ran(tmp_path)
    trace = (whole.directory / "trace.jsonl").read_bytes()
    header = trace.index(b"\n") + 1
    for kept in [0, 1, 9, header - 1, header, *range(header + 1, len(trace), len(trace) // 40), len(trace)]:
        copy = killed(whole, kept)
        before = answered(copy)
        again, asked = await resumed(copy)
        assert (kept, before + asked) == (kept, answered(whole.directory))
        assert untimed(again) == untimed(whole), kept
        assert (copy / "samples.jsonl").read_text().count("\n") == 2
        assert (await replay(copy)).samples == 10


async def test_nothing_but_the_beginning_of_a_trace_is_taken_for_one(tmp_path: Path) -> None:
    scenario(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "trace.jsonl").write_text("my notes")
    with pytest.raises(BadTrace, match=r"not a trace of schema 1 or 2\."):
        await run(planned(tmp_path / "s.yaml"), tmp_path / "run")
    assert (tmp_path / "run" / "trace.jsonl").read_text() == "my notes"


@pytest.mark.parametrize("lost", [1, 2, 5, 30, 89])
@pytest.mark.parametrize("counted", [True, False], ids=["run.json counts", "run.json of an older version"])
async def test_a_replay_names_where_a_trace_was_cut_and_does_not_wait(tmp_path: Path, lost: int, counted: bool) -> None:
    directory = (await ran(tmp_path)).directory
    trace = directory / "trace.jsonl"
    lines = trace.read_bytes().splitlines(keepends=True)
    trace.write_bytes(b"".join(lines[:-lost]))
    if not counted:
        about = json.loads((directory / "run.json").read_text())
        del about["events"]
        (directory / "run.json").write_text(json.dumps(about))
    last = read(trace)[1][-1]
    wanted = f"{trace}: ends with {last}, and had 90 events. Restore its end." if counted else None
    with pytest.raises(Divergence) as raised:
        await replay(directory)
    assert str(raised.value) == wanted or (not counted and str(raised.value))


def test_two_runs_cannot_write_to_one_directory(tmp_path: Path) -> None:
    scenario(tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "run")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    who = holder.stdout.readline().strip()
    assert str(holder.pid) in who
    refused = inside("run", "s.yaml", "--out", "run", folder=tmp_path)
    assert (refused.code, refused.err) == (
        2,
        f"run: {who} writes here. Wait for it, or give this run another directory: --out.\n",
    )
    holder.communicate("")
    assert inside("run", "s.yaml", "--out", "run", folder=tmp_path).code == 0


HOLD = """
import json, sys
from pathlib import Path
from symposia.scenarios.running.lock import locked, this_process
directory = Path(sys.argv[1])
with locked(directory):
    (directory / "run.json").write_text(json.dumps({"process": this_process()}))
    print(this_process(), flush=True)
    sys.stdin.read()
"""


def test_a_writer_that_has_not_said_who_it_is_is_another_process(tmp_path: Path) -> None:
    with (
        locked(tmp_path),
        says(
            CannotWrite,
            f"{tmp_path}: another process writes here. Wait for it, or give this run another directory: --out.",
        ),
        locked(tmp_path),
    ):
        pass


@pytest.mark.parametrize("split", ["test", "dev"])
async def test_data_that_was_edited_between_two_runs_of_a_directory_is_named(tmp_path: Path, split: str) -> None:
    directory = (await ran(tmp_path)).directory
    data = tmp_path / f"sums.{split}.jsonl"
    data.write_text(data.read_text().replace('"output": "', '"output": "1', 1))
    message = (
        f"{directory}: the questions of task short_answer in sums are not those that this run is of. Restore them, "
        "or give the run another directory: --out."
    )
    with says(BadScenario, message):
        await run(planned(tmp_path / "s.yaml"), directory)
    with says(BadScenario, message):
        await replay(directory)


async def test_scripts_go_on_where_they_were(tmp_path: Path) -> None:
    whole = await ran(tmp_path)
    copy = killed(whole, (whole.directory / "trace.jsonl").read_bytes().index(b'"question":"test/1"'))
    finished = await run(planned(tmp_path / "s.yaml"), copy)
    assert [sample.score for sample in finished.samples] == [1.0, 1.0]
    assert SCRIPTS["amber"].split()[2:4] == ["6", "6"]


async def test_the_scripts_of_judges_and_of_teams_in_teams_go_on_too(tmp_path: Path) -> None:
    path = scenario(tmp_path, NESTED)
    (tmp_path / "judge.txt").write_text("yes\nno\n")
    whole = await run(planned(path), tmp_path / "run")
    assert [sample.score for sample in whole.samples] == [1.0, 0.0]
    trace = (whole.directory / "trace.jsonl").read_bytes()
    for kept in (trace.index(b'"question":"test/1"'), trace.rindex(b'"question":"test/1/grade"')):
        copy = killed(whole, kept)
        finished = await run(planned(path), copy)
        assert [(sample.output, sample.score) for sample in finished.samples] == [
            (sample.output, sample.score) for sample in whole.samples
        ]


NESTED = """\
protocol: {use: text/majority_vote}
team:
  - name: inner
    model:
      protocol: {use: text/majority_vote}
      team:
        - {name: amber, model: "scripted:amber.txt"}
        - {name: blue, model: "scripted:blue.txt"}
judges:
  - {name: amber, model: "scripted:judge.txt"}
grader: {use: correct}
task: {use: short_answer, data: sums}
baselines: false
concurrency: 1
"""


def test_the_run_of_another_scenario_and_an_event_that_is_not_there_can_be_mended_by_the_user(tmp_path: Path) -> None:
    scenario(tmp_path)
    inside("run", "s.yaml", "--out", "run", folder=tmp_path)
    other = inside("run", "s.yaml", "--out", "run", "--set", "seed=9", folder=tmp_path)
    assert (other.code, other.err) == (
        2,
        "run: holds the run of another scenario. Give this one another directory: --out.\n",
    )
    fork = inside("fork", "run", "999999", "x", "--out", "fork", folder=tmp_path)
    assert (fork.code, fork.err) == (2, "event 999999: not in the trace. It has events 0 to 89.\n")


def test_where_nothing_can_be_written_a_run_says_so_and_asks_nobody(tmp_path: Path) -> None:
    scenario(tmp_path)
    refused = inside("run", "s.yaml", "--out", "/proc/run", folder=tmp_path)
    assert refused.code == 2
    assert refused.err.startswith("/proc/run: ")
    (tmp_path / "file").write_text("")
    refused = inside("run", "s.yaml", "--out", "file", folder=tmp_path)
    assert (refused.code, refused.err.partition(". ")[0]) == (2, "file: File exists")


@pytest.mark.parametrize("room", [300, 5_000, 20_000])
async def test_a_disk_that_fills_up_ends_the_run_which_goes_on_when_there_is_room(tmp_path: Path, room: int) -> None:
    whole = await ran(tmp_path)
    full = in_little_room(tmp_path, room)
    assert full.returncode == 2
    assert full.stderr.startswith("full/")
    assert full.stderr.endswith("and run the same command again: what was written is kept.\n")
    assert full.stderr.count("\n") == 1
    kept = answered(tmp_path / "full") if (tmp_path / "full" / "trace.jsonl").exists() else 0
    again, asked = await resumed(tmp_path / "full")
    assert untimed(again) == untimed(whole)
    assert kept + asked == answered(whole.directory)


def in_little_room(folder: Path, room: int) -> "subprocess.CompletedProcess[str]":
    """A run none of whose files may become longer than this many bytes."""
    command = [sys.executable, "-c", RUN_IN_LITTLE_ROOM, str(room), "run", "s.yaml", "--out", "full"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


RUN_IN_LITTLE_ROOM = """
import resource, sys
from symposia.scenarios.cli import main
room = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
main(sys.argv[2:])
"""
