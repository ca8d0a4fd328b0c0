"""Several rollouts of each question: places and seeds of their own, one cluster in the report."""

import json
from pathlib import Path

from symposia.agents.message import Request
from symposia.agents.trace_reader import read
from symposia.evaluators.task import Item, Items
from symposia.scenarios.running.questions import rolled_out
from symposia.scenarios.running.run_directory import fingerprint
from symposia.tests.support.command import inside
from symposia.tests.support.written import planned, scenario

LOOP = """\
protocol: {use: text/user_loop, options: {user: blue, assistant: amber, max_turns: 1}}
team:
  - {name: amber, model: "scripted:amber.txt", sampling: {temperature: 1.0}}
  - {name: blue, model: "scripted:blue.txt"}
task: {use: short_answer, data: sums, rollouts: 3}
baselines: false
concurrency: 1
"""


def ran(folder: Path, text: str = LOOP) -> Path:
    """The directory of a run in which the first sum is answered 4, 4, 5 and the second 6, 6, 6."""
    scenario(folder, text)
    (folder / "amber.txt").write_text("4\n4\n5\n6\n6\n6\n")
    assert inside("run", "s.yaml", "--out", "run", folder=folder).code == 0
    return folder / "run"


def test_each_rollout_has_a_place_and_a_seed_of_its_own(tmp_path: Path) -> None:
    events = read(ran(tmp_path) / "trace.jsonl")[1]
    asked = [event for event in events if event.to == "amber" and isinstance(event.message, Request)]
    assert [event.question for event in asked] == [f"test/{position}" for position in range(6)]
    assert len({event.message.sampling.seed for event in asked if isinstance(event.message, Request)}) == 6


def test_the_rollouts_of_a_goal_are_one_cluster(tmp_path: Path) -> None:
    run = ran(tmp_path)
    samples = [json.loads(line) for line in (run / "samples.jsonl").read_text().splitlines()]
    assert [sample["score"] for sample in samples] == [1.0, 1.0, 0.0, 1.0, 1.0, 1.0]
    first, second = (samples[position]["id"] for position in (0, 3))
    assert [sample["cluster"] for sample in samples] == [first] * 3 + [second] * 3
    assert inside("replay", "run", folder=tmp_path).code == 0


def test_an_interval_counts_goals_and_not_conversations(tmp_path: Path) -> None:
    row = json.loads((ran(tmp_path) / "report.json").read_text())["rows"][0]
    found = (row["scored"], *(round(row[key], 4) for key in ("value", "low", "high")))
    assert found == (6, 0.8333, 0.0209, 0.9991)  # two goals say next to nothing; six conversations: 0.4365 to 0.9699


def test_a_cluster_of_the_data_stays_one() -> None:
    items = Items([Item("a", "", "1", cluster="passage"), Item("b", "", "2")])
    found = rolled_out(items, 2)
    assert [item.question for item in found] == ["a", "a", "b", "b"]
    assert [item.cluster for item in found] == ["passage", "passage", items[1].id, items[1].id]


def test_the_report_says_how_often_questions_were_asked(tmp_path: Path) -> None:
    notes = json.loads((ran(tmp_path) / "report.json").read_text())["notes"]
    assert notes[0] == "2 questions were asked 3 times each; intervals take this into account."


def test_the_report_says_where_all_rollouts_are_the_same(tmp_path: Path) -> None:
    run = ran(tmp_path, LOOP.replace("temperature: 1.0", "temperature: 0.0"))
    assert json.loads((run / "report.json").read_text())["notes"][0] == (
        "2 questions were asked 3 times each; intervals take this into account. "
        "At temperature 0 the answers to one are the same."
    )


def test_rollouts_are_numbered_in_exports(tmp_path: Path) -> None:
    ran(tmp_path)
    assert inside("simulate", "s.yaml", "--out", "run", "--export", "chats.jsonl", folder=tmp_path).code == 0
    lines = [json.loads(line) for line in (tmp_path / "chats.jsonl").read_text().splitlines()]
    assert [(line["goal"], line["rollout"]) for line in lines] == [
        *(("2 + 2?", rollout) for rollout in range(3)),
        *(("3 + 3?", rollout) for rollout in range(3)),
    ]


def test_a_scenario_of_one_rollout_is_the_same_as_before_there_were_any(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    assert fingerprint(planned(path, "task.rollouts=1")) == fingerprint(planned(path))
    assert "rollouts" not in planned(path).scenario.model_dump_json()
    assert fingerprint(planned(path, "task.rollouts=2")) != fingerprint(planned(path))
