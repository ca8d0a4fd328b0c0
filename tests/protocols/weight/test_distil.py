"""Distil: the team's answers teach its members."""

import json
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.errors import SymposiaError
from symposia.scenarios.planning.wanted import planned
from symposia.tests.support.command import inside

SCENARIO = """\
protocol: {use: weight/distil, options: {rounds: 1, rate: 0.001}}
team:
  - {name: lookup, model: "pocket:lookup"}
  - {name: strings, model: "pocket:strings"}
task: {use: pocket, split: test, limit: 4, dev_limit: 12, options: {skills: [lookup]}}
sampling: {max_tokens: 8}
baselines: false
"""


def distilled(folder: Path, *changes: str) -> Any:
    """What a run says of its rounds."""
    (folder / "s.yaml").write_text(SCENARIO)
    settings = [word for change in changes for word in ("--set", change)]
    done = inside("run", "s.yaml", "--out", "run", "--quiet", *settings, folder=folder)
    assert (done.code, done.err) == (0, "")
    return json.loads((folder / "run/distilled.json").read_text())


@pytest.mark.long
def test_the_better_member_teaches_and_the_best_round_serves(tmp_path: Path) -> None:
    found = distilled(tmp_path)
    assert [set(scores) for scores in found["members"]] == [{"lookup", "strings"}] * 2
    best = [max(scores.values()) for scores in found["members"]]
    assert found["chosen"] == best.index(max(best))
    assert found["taught"][0] == {}
    assert found["taught"][1]["strings"] > 0
    samples = (tmp_path / "run/samples.jsonl").read_text().splitlines()
    assert {json.loads(line)["usage"]["calls"] for line in samples} == {1}


@pytest.mark.long
def test_all_members_vote_where_the_team_serves(tmp_path: Path) -> None:
    distilled(tmp_path, "protocol.options.serve=team")
    samples = (tmp_path / "run/samples.jsonl").read_text().splitlines()
    assert {json.loads(line)["usage"]["calls"] for line in samples} == {2}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("protocol.options.rounds=0", "rounds: input should be greater than or equal to 1"),
        ("protocol.options.keep=best", "keep"),
        ("team.0.model=scripted:a.txt", "lookup"),
    ],
)
def test_what_cannot_be_distilled_is_refused(tmp_path: Path, change: str, message: str) -> None:
    (tmp_path / "s.yaml").write_text(SCENARIO)
    (tmp_path / "a.txt").write_text("hi")
    with pytest.raises(SymposiaError, match=message):
        planned(tmp_path / "s.yaml", [change])


def test_one_dev_question_cannot_be_halved(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCENARIO)
    done = inside("run", "s.yaml", "--set", "task.dev_limit=1", "--out", "run", folder=tmp_path)
    assert done.code == 2
    assert "dev has fewer than two questions. Half of it is taught, the other chooses." in done.err
