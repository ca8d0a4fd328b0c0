"""Benches: cells that share models, answers and one budget, and go on after a kill."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from symposia.agents.errors import BadScenario, SymposiaError, UnknownName
from symposia.scenarios.bench.cells import Cell, cells, read
from symposia.scenarios.bench.report import report
from symposia.scenarios.bench.results import Result
from symposia.scenarios.bench.running import Outcome, is_finished, run_bench
from symposia.scenarios.bench.schema import Bench
from symposia.scenarios.bench.table import row
from symposia.scenarios.bench.text import markdown, written
from symposia.scenarios.cli import main
from symposia.scenarios.reporting.report import Report
from symposia.tests.support.kills import Lab, bench_killed_often
from symposia.tests.support.samples import sample

PAIR = [{"name": "generalist", "model": "pocket:generalist"}, {"name": "graphs", "model": "pocket:graphs"}]
SMALL: dict[str, Any] = {
    "protocols": {"vote": {"use": "text/majority_vote"}, "fusion": {"use": "logit/fusion"}},
    "tasks": {"pocket": {"use": "pocket", "limit": 6, "dev_limit": 4}},
    "teams": {"pair": PAIR},
    "seeds": [0, 1],
}


def opened(folder: Path, **changes: Any) -> tuple[Bench, list[Cell]]:
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump({**SMALL, **changes}, sort_keys=False))
    bench = read(path, [])
    return bench, cells(bench, where="small.yaml", folder=folder)


async def ran(folder: Path, **changes: Any) -> tuple[Outcome, list[Cell]]:
    bench, found = opened(folder, **changes)
    return await run_bench(bench, found, folder / "out"), found


async def test_every_protocol_meets_every_task_team_and_seed(tmp_path: Path) -> None:
    outcome, found = await ran(tmp_path)
    assert [cell.name for cell in found] == [
        "pocket/pair/vote/0",
        "pocket/pair/vote/1",
        "pocket/pair/fusion/0",
        "pocket/pair/fusion/1",
    ]
    assert len(outcome.finished) == 4
    result = report("small", found, outcome.finished, outcome.failed, tmp_path / "out")
    assert [(row.protocol, row.seeds, row.scored) for row in result.rows] == [
        ("fusion", (0, 1), 12),
        ("vote", (0, 1), 12),
    ]
    assert all(row.gain is not None and row.holm is not None and row.grid is not None for row in result.rows)


def test_a_protocol_may_be_for_some_teams_and_tasks_and_have_a_sampling_of_its_own(tmp_path: Path) -> None:
    teams = {"pair": PAIR, "one": PAIR[:1]}
    vote = {"use": "text/majority_vote", "teams": ["one"], "sampling": {"temperature": 0.5}}
    fusion = {"use": "logit/fusion", "tasks": ["pocket"]}
    tasks = {"pocket": {"use": "pocket", "limit": 6}, "other": {"use": "pocket", "limit": 4}}
    _, found = opened(tmp_path, seeds=[0], teams=teams, tasks=tasks, protocols={"vote": vote, "fusion": fusion})
    assert [(cell.name, cell.plan.scenario.sampling.temperature) for cell in found] == [
        ("pocket/pair/fusion/0", 0.0),
        ("pocket/one/vote/0", 0.5),
        ("pocket/one/fusion/0", 0.0),
        ("other/one/vote/0", 0.5),
    ]


async def test_a_finished_cell_is_not_run_again_and_another_one_is(tmp_path: Path) -> None:
    await ran(tmp_path)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("trace.jsonl")}
    _, found = await ran(tmp_path, seeds=[0, 1, 2])
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert all(is_finished(cell, tmp_path / "out") for cell in found)


async def test_a_cell_whose_files_were_not_all_written_is_not_finished(tmp_path: Path) -> None:
    _, found = await ran(tmp_path, seeds=[0])
    about = found[0].directory(tmp_path / "out") / "run.json"
    said = json.loads(about.read_text())
    del said["events"]  # written last
    about.write_text(json.dumps(said))
    assert [is_finished(cell, tmp_path / "out") for cell in found] == [False, True]
    await ran(tmp_path, seeds=[0])
    assert all(is_finished(cell, tmp_path / "out") for cell in found)


async def test_a_limit_of_the_whole_stops_it_and_what_was_answered_is_kept(tmp_path: Path) -> None:
    first, _ = await ran(tmp_path, total={"calls": 10})
    assert str(first.stopped).startswith("the total of 10 calls is spent (1")
    assert first.spent.calls < 40
    second, _ = await ran(tmp_path, total={"calls": 10})
    assert second.spent.calls == first.spent.calls
    whole, _ = await ran(tmp_path)
    assert (len(whole.finished), whole.stopped) == (4, None)


async def test_cells_that_fail_are_named_and_the_others_go_on(tmp_path: Path) -> None:
    row = {"input": "1 + 1?", "output": "2"}
    (tmp_path / "sums.test.jsonl").write_text(json.dumps(row) + "\n")
    more = {name: {"use": "short_answer", "data": name} for name in ("sums", "none")}
    tasks = {**SMALL["tasks"], **more}
    outcome, found = await ran(tmp_path, tasks=tasks, seeds=[0], protocols={"vote": SMALL["protocols"]["vote"]})
    assert list(outcome.failed) == ["none/pair/vote/0"]
    assert "no such file" in outcome.failed["none/pair/vote/0"]
    assert len(outcome.finished) == 2
    result = report("small", found, outcome.finished, outcome.failed, tmp_path / "out")
    assert "none/pair/vote/0 failed" in markdown(result)


def test_cells_can_be_left_out(tmp_path: Path) -> None:
    _, found = opened(tmp_path, without=[{"protocol": "fusion", "team": "pair"}])
    assert {cell.protocol for cell in found} == {"vote"}


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"without": [{"protocol": "fusoin"}]}, UnknownName, "no protocol named 'fusoin'. Did you mean 'fusion'"),
        (
            {"protocols": {"vote": {"use": "text/majority_vote", "teams": ["piar"]}}},
            UnknownName,
            "protocols: vote: teams: no team named 'piar'. Did you mean 'pair'",
        ),
        ({"without": [{}]}, BadScenario, "without: names nothing"),
        ({"without": [{"team": "pair"}]}, BadScenario, "leaves out every cell"),
        ({"seeds": [1, 1]}, SymposiaError, "seed named twice: 1"),
        ({"teams": {"a/b": PAIR}}, BadScenario, "teams"),
        ({"protocols": {"vote": {"use": "text/vote"}}}, UnknownName, "pocket, pair, vote: "),
        ({"total": {"calls": 0}}, BadScenario, "total.calls: 0 is too small"),
        ({"speed": 9}, BadScenario, "no key named 'speed'"),
        ({"tasks": {"mine": {"use": "pocket", "limits": 4}}}, BadScenario, "in tasks.mine. Did you mean 'limit'"),
        ({"protocols": {"vote": {"use": "text/majority_vote", "option": {}}}}, BadScenario, "in protocols.vote. Did"),
        ({"teams": {"pair": [{**PAIR[0], "modle": "x"}]}}, BadScenario, "no key named 'modle' in teams.pair.0."),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(
    changes: dict[str, Any], error: type[SymposiaError], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=r".*") as raised:
        opened(tmp_path, **changes)
    assert words in str(raised.value)


def test_the_command_plans_runs_and_prints_an_interim_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    opened(tmp_path)
    with pytest.raises(SystemExit):
        main(["bench", "small.yaml", "--plan"])
    assert "0 of 4 cells are finished" in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        main(["bench", "small.yaml", "--set", "total.calls=12"])
    assert left.value.code == 2
    assert "the total of 12 calls is spent" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["bench", "small.yaml", "--quiet"])
    shown = capsys.readouterr()
    assert "4 of 4 cells are finished" in shown.out
    assert shown.err == ""
    with pytest.raises(SystemExit):
        main(["bench", "small.yaml", "--table", "--json"])
    assert json.loads(capsys.readouterr().out) == json.loads(Path("benches/small/report.json").read_text())


async def test_the_report_is_written_beside_the_cells_and_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        outcome, found = await ran(tmp_path / name, at_once=1 if name == "one" else 4)
        written(report("small", found, outcome.finished, outcome.failed, tmp_path / name / "out"), tmp_path / name)
    assert (tmp_path / "one" / "report.json").read_bytes() == (tmp_path / "two" / "report.json").read_bytes()
    assert (tmp_path / "one" / "report.md").read_text().startswith("# small\n\n4 of 4 cells are finished.")


def test_nothing_is_asked_twice_in_a_bench(tmp_path: Path) -> None:
    lab = Lab.of("bench", tmp_path / "lab")
    lab.run()
    assert "asked" in (word for word, _ in lab.journal())
    assert lab.repeated_at_the_models([]) == 0


@pytest.mark.long
def test_a_bench_that_is_killed_reports_as_one_that_was_not_and_asks_nothing_twice(tmp_path: Path) -> None:
    lab, kills, same = bench_killed_often(tmp_path, times=2, seed=3)
    assert same
    assert lab.repeated_at_the_models(kills) == 0


@pytest.mark.parametrize(("graded", "low"), [(False, 0.722), (True, 1.0)])
def test_ratings_on_a_scale_of_their_own_have_no_interval_of_shares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, graded: bool, low: float
) -> None:
    """Ten scores of 1: Wilson's interval where 1 is a success, none to either side where it is a rating."""
    _, found = opened(tmp_path)
    monkeypatch.setattr(Cell, "graded", graded)
    empty = Report(scenario="s", protocol="p", task="t", seed=0, versions={}, rows=(), notes=())
    shown = row([Result(found[0], empty, [sample(1.0)] * 10, {})])
    assert shown.low == pytest.approx(low, abs=1e-3)
