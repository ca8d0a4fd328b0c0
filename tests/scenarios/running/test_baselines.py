"""What a simulation is compared with: other assistants of the same user, and nobody who asks itself."""

import json
from pathlib import Path
from typing import Any

from symposia.agents.message import Request
from symposia.agents.trace_reader import read
from symposia.tests.support.command import inside
from symposia.tests.support.written import scenario

LOOP = """\
protocol: {use: text/user_loop, options: {user: blue, assistant: amber, max_turns: 1}}
team:
  - {name: amber, model: "scripted:amber.txt"}
  - {name: blue, model: "scripted:blue.txt"}
task: {use: short_answer, data: sums}
concurrency: 1
"""
AGAINST = LOOP + 'against: [{name: coral, model: "scripted:coral.txt", persona: "You add."}]\n'


def ran(folder: Path, text: str) -> Any:
    """The report of a run in which amber says 4 5, coral 0 6."""
    scenario(folder, text)
    (folder / "amber.txt").write_text("4\n5\n")
    (folder / "coral.txt").write_text("0\n6\n")
    done = inside("run", "s.yaml", "--out", "run", folder=folder)
    assert (done.code, done.err) == (0, "")
    return json.loads((folder / "run" / "report.json").read_text())


def accuracies(report: Any) -> list[tuple[str, str, float]]:
    return [(row["name"], row["kind"], row["value"]) for row in report["rows"] if row["metric"] == "accuracy"]


def test_a_model_in_against_is_the_assistant_of_the_same_user(tmp_path: Path) -> None:
    report = ran(tmp_path, AGAINST)
    assert accuracies(report) == [
        ("text/user_loop", "protocol", 0.5),
        ("coral", "single", 0.5),
        ("oracle", "oracle", 1.0),
    ]
    assert report["notes"][0] == (
        "Baselines: coral in the place of amber, all else the same; the oracle is the best of them and amber for each "
        "question. Nothing was chosen on dev, nor repeated at equal tokens."
    )


def test_only_the_user_is_told_its_goal(tmp_path: Path) -> None:
    ran(tmp_path, AGAINST)
    events = read(tmp_path / "run" / "trace.jsonl")[1]
    prompts = [(event.to, event.message.prompt) for event in events if isinstance(event.message, Request)]
    assert {to for to, prompt in prompts if "2 + 2?" in prompt.render()} == {"blue"}
    asked = {event.to for event in events if event.question.startswith("single/coral/")}
    assert asked == {"blue", "coral", "conductor"}
    assert inside("replay", "run", folder=tmp_path).code == 0


def test_without_another_assistant_there_are_no_baselines_and_the_report_says_so(tmp_path: Path) -> None:
    report = ran(tmp_path, LOOP)
    assert accuracies(report) == [("text/user_loop", "protocol", 0.5)]
    assert report["notes"][0] == (
        "No baselines: alone, a model would not be asked anything. Name other models for the place of amber in against."
    )


def test_a_member_that_is_neither_stands_in_as_well(tmp_path: Path) -> None:
    text = LOOP.replace("task:", '  - {name: coral, model: "scripted:coral.txt"}\ntask:')
    assert accuracies(ran(tmp_path, text))[1] == ("coral", "single", 0.5)


def test_a_baseline_that_fails_is_a_note(tmp_path: Path) -> None:
    scenario(tmp_path, AGAINST)
    (tmp_path / "coral.txt").write_text("0\n")
    assert inside("run", "s.yaml", "--out", "run", folder=tmp_path).code == 0
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert [kind for _, kind, _ in accuracies(report)] == ["protocol"]
    assert report["notes"][1].startswith("Baseline coral failed: script: has 1 lines, this is call 2")


def test_the_plan_says_who_stands_in(tmp_path: Path) -> None:
    scenario(tmp_path, AGAINST)
    planned = inside("plan", "s.yaml", folder=tmp_path).out
    assert "in the place of amber: 2 questions to coral, as the protocol" in planned
    assert "single models" not in planned
