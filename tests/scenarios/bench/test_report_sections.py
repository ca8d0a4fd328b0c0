"""What a bench says beyond its table: emergence and its null, wins, power, members, times, plots."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from symposia.agents.errors import BadScenario
from symposia.scenarios.bench.cells import Cell, read
from symposia.scenarios.bench.report import BenchReport, report
from symposia.scenarios.bench.running import run_bench
from symposia.scenarios.bench.sampling_cells import all_cells
from symposia.scenarios.bench.setting import Setting, settings
from symposia.scenarios.bench.text import markdown
from symposia.scenarios.bench.timing import timing_rows, write_timing
from symposia.scenarios.cli import main

MODEL = '''
"""Models that say one answer, or by turns of the seed another one, to each question."""

from symposia.agents import Answer, Usage

RIGHT = {"amber": (0, 1, 2), "blue": (2, 3, 4), "coral": (0, 2, 4)}


class Known:
    def __init__(self, name):
        self.name = name

    async def write(self, turns, sampling=None):
        number = int(turns[-1].text.split()[0])
        lucky = sampling.temperature > 0 and number == 6 and sampling.seed % 2
        said = number if number in RIGHT[self.name] or lucky else f"9{RIGHT[self.name][0]}{number}"
        return Answer(text=f"Answer: {said}", usage=Usage(prompt_tokens=8, completion_tokens=2, calls=1))


def load(name):
    return Known(name)
'''
PROTOCOL = '''
"""Solves question 7, which nobody can, and else says what its first member does."""

from symposia.agents import Answer, Ask, Team, Writer


async def answer(team: Team[Writer], question: Ask) -> Answer:
    """The first member's answer."""
    said = [await team.ask(name, question) for name in team.names]
    return said[0].model_copy(update={"text": "Answer: 7"}) if question.text.startswith("7 ") else said[0]
'''


def team(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "model": f"./models.py:{name}"} for name in names]


SMALL: dict[str, Any] = {
    "protocols": {"vote": {"use": "text/majority_vote"}, "wise": {"use": "./wise.py"}},
    "tasks": {"sums": {"use": "short_answer", "data": "sums"}},
    "teams": {"pair": team("amber", "blue"), "three": team("amber", "blue", "coral")},
    "emergence": {"samples": 5},
}


def opened(folder: Path, **changes: Any) -> list[Cell]:
    (folder / "models.py").write_text(MODEL)
    (folder / "wise.py").write_text(PROTOCOL)
    for split, numbers in (("dev", range(10, 14)), ("test", range(8))):
        rows = [{"input": f"{n} plus nothing?", "output": str(n)} for n in numbers]
        (folder / f"sums.{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump({**SMALL, **changes}, sort_keys=False))
    return all_cells(read(path, []), where="small.yaml", folder=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def done(folder: Path) -> list[Cell]:
    found = opened(folder)
    outcome = asyncio.run(run_bench(read(folder / "small.yaml", []), found, folder / "out"))
    assert outcome.failed == {}
    return found


@pytest.fixture
def result(folder: Path, done: list[Cell]) -> BenchReport:
    return report("small", done, done, {}, folder / "out")


@pytest.fixture
def read_back(folder: Path, done: list[Cell]) -> list[Setting]:
    return settings(done, folder / "out")


def test_members_are_sampled_in_cells_of_their_own(done: list[Cell]) -> None:
    names = [cell.name for cell in done]
    assert names[4:] == [
        *("sums/pair/samples@amber/0", "sums/pair/samples@blue/0"),
        *("sums/three/samples@amber/0", "sums/three/samples@blue/0", "sums/three/samples@coral/0"),
    ]
    one = done[-1].plan.scenario
    assert (one.task.rollouts, one.sampling.temperature, one.baselines, len(one.team)) == (10, 0.7, False, 1)


def test_without_emergence_no_member_is_sampled(tmp_path: Path) -> None:
    assert all(cell.member is None for cell in opened(tmp_path, emergence=None))


def test_what_a_team_solves_and_no_sample_of_a_member_does_is_emergent(result: BenchReport) -> None:
    by_name = {(row.team, row.protocol): row for row in result.emergence}
    wise, vote = by_name["three", "wise"], by_name["three", "vote"]
    assert (wise.samples, wise.questions, wise.left_out, wise.threshold) == (5, 8, 0, 1.0)
    assert (wise.failed, wise.emergent, vote.emergent) == (2, 1, 0)  # 5 and 7; 6 is solved by samples
    assert (wise.of_failed.value, wise.of_all.value) == (0.5, 0.125)
    assert (wise.null_calls, wise.null_vote, wise.null_any) == (3, 0.0, 0.0)
    assert wise.beyond_any is not None
    assert wise.beyond_any.value == 0.5


async def test_without_samples_a_member_that_is_unlucky_makes_a_team_seem_to_emerge(tmp_path: Path) -> None:
    found = opened(tmp_path, emergence=None)
    await run_bench(read(tmp_path / "small.yaml", []), found, tmp_path / "out")
    made = report("small", found, found, {}, tmp_path / "out")
    row = next(row for row in made.emergence if (row.team, row.protocol) == ("three", "wise"))
    assert (row.samples, row.failed, row.null_calls, row.beyond_any) == (1, 3, None, None)
    assert "Without a null control (emergence: {samples: 5}) E1 is no evidence" in markdown(made)
    assert "With fewer than 5 samples" in markdown(made)


def test_wins_are_over_teams_and_tasks(result: BenchReport) -> None:
    wins = {(row.one, row.other): (row.wins, row.ties, row.losses) for row in result.wins}
    assert wins["wise", "best single"] == (2, 0, 0)
    assert wins["best single", "wise"] == (0, 0, 2)
    assert "wise beats the best single in 2 of 2 settings, 100.0 % [34.2, 100.0] (p = 0.5)." in markdown(result)


def test_errors_of_members_are_compared_once_however_many_teams_they_are_in(result: BenchReport) -> None:
    pairs = {(row.one, row.other): row for row in result.errors}
    assert list(pairs) == [("amber", "blue"), ("amber", "coral"), ("blue", "coral")]
    assert (pairs["amber", "blue"].disagreement, pairs["amber", "blue"].double_fault) == (0.5, 0.375)


def test_the_front_has_what_nothing_beats_at_its_price(result: BenchReport) -> None:
    front = [row.system for row in result.front if row.on_front]
    assert front == ["amber", "blue", "coral", "wise (pair)"]
    assert {row.kind for row in result.front} == {"single", "protocol", "equal_budget"}


def test_power_says_what_would_have_been_seen(result: BenchReport) -> None:
    row = next(row for row in result.power if (row.team, row.protocol) == ("three", "wise"))
    assert (row.questions, round(row.variance, 3), round(row.smallest, 2)) == (8, 0.125, 0.35)
    assert (row.needed_1, row.needed_3, row.needed_5) == (9812, 1091, 393)


def test_scaling_is_over_subsets_of_the_largest_team(result: BenchReport) -> None:
    curves = {(row.system, row.members): (row.subsets, round(row.score, 4)) for row in result.scaling}
    assert curves["the oracle of members", 1] == (3, 0.375)
    assert curves["the oracle of members", 3] == (1, 0.625)
    assert curves["a vote of members", 3] == (1, 0.4167)  # 1 + 1/3 + 1 + 0 + 1 of 8
    assert curves["wise", 2] == curves["wise", 3] == (1, 0.5)
    assert len(result.diversity) == 4


def test_agreement_is_a_confidence_of_members_and_of_samples(result: BenchReport) -> None:
    rows = {(row.method, row.of): row for row in result.confidence}
    assert set(rows) == {
        *(("members", f"{name} ({team})") for name in ("vote", "wise") for team in ("pair", "three")),
        *(("samples", name) for name in ("amber", "blue", "coral")),
    }
    assert sum(one.answers for one in rows["samples", "amber"].bins) == 8


def test_every_section_has_a_table(result: BenchReport) -> None:
    text = markdown(result)
    titles = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert titles == [
        *("Wins", "Cost", "Power", "Emergence", "Errors of members", "Number of members"),
        *("Diversity of members", "Confidence"),
    ]
    assert "| sums | three | wise | 2 of 8 | 1 | 50.0 % [9.5, 90.5] | 12.5 % [2.2, 47.1] | 3 | 0.0 % | 0.0 % |" in text


def test_wall_times_are_in_a_file_of_their_own(folder: Path, read_back: list[Setting]) -> None:
    write_timing(read_back, folder)
    said = json.loads((folder / "timing.json").read_text())
    assert [row["system"] for row in said["rows"][:4]] == ["vote", "wise", "amber alone", "blue alone"]
    assert all(0 <= row.p50 <= row.p95 for row in timing_rows(read_back))


def test_a_report_has_no_wall_times(result: BenchReport) -> None:
    assert "seconds" not in result.model_dump_json()


@pytest.mark.parametrize(
    ("emergence", "words"),
    [
        ({"samples": 0}, "emergence.samples: 0 is too small"),
        ({"threshold": 2.0}, "emergence.threshold: 2.0 is too large"),
        ({"sampels": 5}, "no key named 'sampels'"),
    ],
)
def test_what_is_wrong_with_emergence_is_said_at_once(emergence: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(BadScenario) as raised:
        opened(tmp_path, emergence=emergence)
    assert words in str(raised.value)


def test_the_command_draws_plots_beside_the_report(
    folder: Path, done: list[Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit):
        main(["bench", "small.yaml", "--out", "out", "--table", "--plots", "--json"])
    names = ("cost", "emergence", "flips", "reliability", "scaling")
    found = sorted(path.name for path in (folder / "out" / "plots").iterdir())
    assert found == sorted(f"{name}_sums{suffix}" for name in names for suffix in (".png", ".svg"))
    assert "wise (three)" in (folder / "out" / "plots" / "flips_sums.svg").read_text()


def test_the_plots_of_a_run_are_those_of_a_bench_of_one_cell(folder: Path, done: list[Cell]) -> None:
    directory = done[0].directory(folder / "out")
    with pytest.raises(SystemExit):
        main(["report", str(directory), "--plots", "--json"])
    assert len(list((directory / "plots").iterdir())) == 10
    assert "text/majority_vote" in (directory / "plots" / "cost_short_answer.svg").read_text()
