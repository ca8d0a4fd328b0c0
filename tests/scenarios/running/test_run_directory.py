"""What a run leaves on disk."""

import json
from pathlib import Path

import pytest
from symposia.agents.errors import BadScenario, BadTrace
from symposia.scenarios.running.run import run
from symposia.scenarios.running.run_directory import (
    files,
    fingerprint,
    read_about,
    read_plan,
    read_report,
    read_trace,
    sample_files,
    write,
)
from symposia.tests.support.written import planned, ran, scenario


def test_a_scenario_is_told_apart_by_all_but_how_many_questions_are_open(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    usual, wider, other = (fingerprint(planned(path, *changes)) for changes in ((), ("concurrency=9",), ("seed=8",)))
    assert usual == wider != other
    assert len(usual) == 16


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "x.txt", "é")
    write(tmp_path / "deep" / "x.txt", "ü")
    assert (tmp_path / "deep" / "x.txt").read_bytes() == "ü".encode()
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["x.txt"]


async def test_a_finished_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    assert read_report(finished.directory) == finished.report
    plan = read_plan(finished.directory)
    assert (plan.where, plan.folder, plan.scenario.seed) == ("s.yaml", tmp_path.resolve(), 7)
    assert len(read_trace(finished.directory, plan)) == 90
    assert sorted([*files(finished.report, finished.comparison), *sample_files(finished.comparison)]) == sorted(
        path.relative_to(finished.directory).as_posix()
        for path in finished.directory.rglob("*.*")
        if path.name not in ("trace.jsonl", "scenario.yaml", "run.json")
    )


async def test_a_trace_of_another_scenario_is_refused(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    other = planned(tmp_path / "s.yaml", "seed=8")
    with pytest.raises(BadTrace, match=r"run: its scenario\.yaml is not what its trace is of\. Restore it\.$"):
        read_trace(finished.directory, other)


@pytest.mark.parametrize("missing", ["scenario.yaml", "run.json", "trace.jsonl", "report.json", "samples.jsonl"])
async def test_a_run_that_lacks_a_file_is_not_finished(tmp_path: Path, missing: str) -> None:
    finished = await ran(tmp_path, "baselines=false")
    (finished.directory / missing).unlink()
    with pytest.raises(BadScenario, match=rf"run: no {missing}, so this is not a finished run\."):
        read_report(finished.directory)


async def test_a_run_says_how_it_compares_at_equal_tokens_and_one_that_says_nothing_does_so_as_before(
    tmp_path: Path,
) -> None:
    directory = (await ran(tmp_path)).directory
    about = read_about(directory)
    assert about["rules"] == 2
    (directory / "run.json").write_text(json.dumps({key: about[key] for key in about if key != "rules"}))
    again = await run(planned(tmp_path / "s.yaml"), directory)
    assert "amber x 9" in [row.name for row in again.report.rows]
    assert read_about(directory)["rules"] == 1
