"""Runs keep the rules that they were begun by."""

import asyncio
import json
from pathlib import Path

import pytest
from symposia.evaluators.tasks import short_answer
from symposia.scenarios.planning.rules import rules_of, under
from symposia.scenarios.running.run import run
from symposia.tests.support.command import inside
from symposia.tests.support.written import planned, scenario

LOOP = """\
protocol: {use: text/user_loop, options: {user: blue, assistant: amber, max_turns: 1}}
team:
  - {name: amber, model: "scripted:amber.txt"}
  - {name: blue, model: "scripted:blue.txt"}
task: {use: short_answer, data: sums}
baselines: false
concurrency: 1
"""
FORM = f"\n\n{short_answer.FORM}"


def goals(run: Path) -> list[str]:
    """What the user was told to want, in a run's trace."""
    events = [json.loads(line) for line in (run / "trace.jsonl").read_text().splitlines()[1:]]
    told = [event["message"]["prompt"]["goal"] for event in events if "goal" in event["message"].get("prompt", {})]
    return [goal.replace(FORM, "+") for goal in told]


def begun_by_the_first_rules(path: Path, directory: Path) -> None:
    """A run as it was made before rules had numbers."""
    asyncio.run(run(under(planned(path), 1), directory))
    about = json.loads((directory / "run.json").read_text())
    del about["rules"]
    (directory / "run.json").write_text(json.dumps(about))


def test_a_run_that_names_no_rules_follows_the_first() -> None:
    assert [rules_of({"folder": "."}), rules_of({"rules": 2}), rules_of({})] == [1, 2, 2]


def test_the_first_rules_told_the_user_the_form_unless_the_scenario_said_otherwise(tmp_path: Path) -> None:
    path = scenario(tmp_path, LOOP)
    assert under(planned(path), 1).part.options["form"] == "user"
    assert "form" not in under(planned(path), 2).part.options
    assert under(planned(path, "protocol.options.form=nobody"), 1).part.options["form"] == "nobody"


def test_a_run_of_now_replays_and_says_its_rules(tmp_path: Path) -> None:
    scenario(tmp_path, LOOP)
    assert inside("run", "s.yaml", "--out", "run", folder=tmp_path).code == 0
    assert goals(tmp_path / "run") == ["2 + 2?", "3 + 3?"]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["rules"] == 2
    assert inside("replay", "run", folder=tmp_path).code == 0


@pytest.mark.parametrize("again", [("replay", "run"), ("run", "s.yaml", "--out", "run")], ids=lambda again: again[0])
def test_a_run_of_the_first_rules_replays_and_resumes_by_them(again: tuple[str, ...], tmp_path: Path) -> None:
    begun_by_the_first_rules(scenario(tmp_path, LOOP), tmp_path / "run")
    assert goals(tmp_path / "run") == ["2 + 2?+", "3 + 3?+"]
    trace = (tmp_path / "run" / "trace.jsonl").read_bytes()
    done = inside(*again, folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "run" / "trace.jsonl").read_bytes() == trace


def test_what_is_forked_from_a_run_of_the_first_rules_follows_them(tmp_path: Path) -> None:
    begun_by_the_first_rules(scenario(tmp_path, LOOP), tmp_path / "run")
    done = inside("fork", "run", "1", "what is 2 + 2?", "--out", "fork", folder=tmp_path)
    assert done.code == 0
    assert goals(tmp_path / "fork") == ["2 + 2?+", "3 + 3?+"]
    assert json.loads((tmp_path / "fork" / "run.json").read_text())["rules"] == 1
