"""Scenario files: read, planned, run, resumed, replayed, reported."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from symposia.agents import Answer, Sampling, Turn, Usage
from symposia.agents.errors import BadScenario, ModelUnavailable, PromptTooLong
from symposia.agents.load import load
from symposia.agents.models.base import GREEDY
from symposia.agents.trace import read as read_trace
from symposia.scenarios.planning.dry_run import calls_per_question
from symposia.scenarios.planning.plan import Plan, plan
from symposia.scenarios.planning.yaml_files import read
from symposia.scenarios.reporting.report import markdown
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import Finished, run

from .command import symposia
from .server import Server, said
from .written import SCENARIO, scenario


def planned(path: Path, *changes: str) -> Plan:
    return plan(read(path, changes), where=path.name, folder=path.parent)


async def ran(folder: Path, *changes: str) -> Finished:
    return await run(planned(scenario(folder), *changes), folder / "run")


async def test_a_scenario_is_run_and_compared(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    rows = {(row.name, row.kind): row.value for row in finished.report.rows if row.metric == "accuracy"}
    assert rows == {
        ("text/debate", "protocol"): 1.0,
        ("amber", "single"): 1.0,
        ("blue", "single"): 1.0,
        ("coral", "single"): 0.0,
        ("oracle", "oracle"): 1.0,
        ("amber", "best_single"): 1.0,
        ("amber x 9", "equal_budget"): 0.5,
    }


async def test_a_run_leaves_its_directory(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    names = sorted(path.relative_to(finished.directory).as_posix() for path in finished.directory.rglob("*.*"))
    assert names == [
        "baselines/amber.jsonl",
        "baselines/blue.jsonl",
        "baselines/coral.jsonl",
        "baselines/equal_budget.jsonl",
        "report.json",
        "report.md",
        "run.json",
        "samples.jsonl",
        "scenario.yaml",
        "trace.jsonl",
    ]
    rows = [json.loads(line) for line in (finished.directory / "samples.jsonl").read_text().splitlines()]
    assert [(row["question"], row["output"], row["score"], row["usage"]["calls"]) for row in rows] == [
        ("2 + 2?", "4", 1.0, 6),
        ("3 + 3?", "6", 1.0, 6),
    ]


async def test_a_run_is_replayed_without_a_model(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    for script in tmp_path.glob("*.txt"):
        script.write_text("no model may be asked\n")
    done = await replay(finished.directory)
    assert done.samples == 10


async def test_a_finished_run_is_run_again_without_a_call(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    before = {path: path.read_bytes() for path in finished.directory.rglob("*.jsonl")}
    await run(planned(tmp_path / "s.yaml"), finished.directory)
    assert {path: path.read_bytes() for path in finished.directory.rglob("*.jsonl")} == before


class Dying:
    """Answers as its model does, and is gone after some calls."""

    def __init__(self, url: str, calls: int) -> None:
        self.model = load(url)
        self.left = calls

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.left -= 1
        if self.left < 0:
            raise ModelUnavailable("amber: no answer. Start its server.")
        return await self.model.write(turns, sampling)


async def test_a_run_that_was_stopped_is_resumed_where_it_was(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    with pytest.raises(ModelUnavailable, match="no answer"):
        await run(planned(path), tmp_path / "run", load=lambda url: Dying(url, 3))
    kept = len(read_trace(tmp_path / "run" / "trace.jsonl")[1])
    resumed = await run(planned(path), tmp_path / "run")
    events = read_trace(tmp_path / "run" / "trace.jsonl")[1]
    assert kept > 5
    assert [event.seq for event in events] == list(range(len(events)))
    assert len(resumed.comparison.rows[0].samples) == 2
    assert (await replay(tmp_path / "run")).samples == 10


class Forgetful:
    """Has a context of three words."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        if "3 + 3" in turns[-1].text:
            raise PromptTooLong("amber: the prompt has 4 tokens. The context holds 3 with at least one new token.")
        return Answer(text="4", usage=Usage(calls=1))


async def test_what_fails_is_unscored_and_the_rest_goes_on(tmp_path: Path) -> None:
    finished = await run(planned(scenario(tmp_path)), tmp_path / "run", load=lambda url: Forgetful())
    right, failed = finished.comparison.rows[0].samples
    assert (right.score, right.stop) == (1.0, "done")
    assert (failed.score, failed.stop) == (None, "failed")
    assert failed.why == "amber: the prompt has 4 tokens. The context holds 3 with at least one new token."
    row = finished.report.rows[0]
    assert (row.value, row.scored, row.unscored) == (1.0, 1, 1)
    assert (await replay(tmp_path / "run")).samples == 10


async def test_a_question_over_budget_is_unscored(tmp_path: Path) -> None:
    finished = await ran(tmp_path, "budget={calls: 4}", "baselines=false")
    assert [sample.stop for sample in finished.comparison.rows[0].samples] == ["budget", "budget"]
    assert finished.report.rows[0].value is None
    assert finished.report.notes[0].startswith("2 unscored (budget): test/0: blue: the budget of 4 calls is spent")


async def test_concurrency_changes_no_sample(tmp_path: Path) -> None:
    class Echo:
        async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
            return Answer(text=f"{turns[-1].text} {sampling.seed}", usage=Usage(calls=1))

    samples = []
    for concurrency in (1, 32):
        path = scenario(tmp_path)
        done = await run(
            planned(path, f"concurrency={concurrency}"), tmp_path / str(concurrency), load=lambda _: Echo()
        )
        samples.append([sample.output for row in done.comparison.rows for sample in row.samples])
    assert samples[0] == samples[1]


async def test_a_team_in_a_file_can_be_a_member_of_a_team(tmp_path: Path) -> None:
    nested = SCENARIO.replace(
        '  - {name: coral, model: "scripted:coral.txt"}\n',
        "  - name: pair\n"
        "    model:\n"
        "      protocol: {use: text/majority_vote}\n"
        "      team:\n"
        '        - {name: coral, model: "scripted:coral.txt"}\n'
        '        - {name: amber, model: "scripted:amber.txt"}\n',
    )
    path = scenario(tmp_path, nested)
    assert list(planned(path).models()) == ["pair/coral", "pair/amber", "amber", "blue"]
    finished = await run(planned(path), tmp_path / "run")
    questions = {event.question for event in read_trace(tmp_path / "run" / "trace.jsonl")[1]}
    assert "test/0/pair.0" in questions
    assert len(finished.comparison.rows[0].samples) == 2
    await replay(tmp_path / "run")


async def test_a_persona_is_a_system_turn(tmp_path: Path) -> None:
    heard: list[Turn] = []

    class Listening:
        async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
            heard.extend(turn for turn in turns if turn.role == "system")
            return Answer(text="4", usage=Usage(calls=1))

    change = 'team=[{name: amber, model: "scripted:amber.txt", persona: "You add."}]'
    await run(planned(scenario(tmp_path), change, "baselines=false"), tmp_path / "run", load=lambda _: Listening())
    assert set(heard) == {Turn(role="system", text="You add.")}


async def test_calls_are_counted_without_a_model(tmp_path: Path) -> None:
    calls = await calls_per_question(planned(scenario(tmp_path), "protocol.options.rounds=3"))
    assert dict(calls) == {"amber": 4, "blue": 4, "coral": 4}


async def test_a_report_reads_as_a_table(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    lines = markdown([finished.report]).splitlines()
    assert lines[:6] == [
        "# s.yaml",
        "",
        "text/debate on short_answer, seed 7",
        "",
        "| team | what | accuracy | cost | scored | calls | tokens | s/question |",
        "|---|---|---|---|---|---|---|---|",
    ]
    assert lines[6].startswith("| text/debate | protocol | 1.000 [0.342, 1.000] | ")


def test_overrides_reach_into_lists(tmp_path: Path) -> None:
    changed = read(scenario(tmp_path), ["team.1.name=bronze", "task.limit=1", "sampling.temperature=0.5"])
    assert (changed.team[1].name, changed.task.limit, changed.sampling.temperature) == ("bronze", 1, 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("limit", "--set limit: no value. Write it as key.key=value."),
        ("team.9.name=x", "--set team.9.name=x: '9' is no place in a list of 3. Count from 0."),
        ("seed.x=1", "--set seed.x=1: 'x' is below a plain value. Set the value above it."),
        ("task.limit=[", "--set task.limit=[: the value is not YAML. Quote it."),
    ],
)
def test_an_override_that_cannot_be_is_explained(tmp_path: Path, change: str, message: str) -> None:
    with pytest.raises(BadScenario) as raised:
        read(scenario(tmp_path), [change])
    assert str(raised.value) == message


def test_the_command_line_runs_replays_and_reports(tmp_path: Path) -> None:
    scenario(tmp_path)
    first = symposia("run", "s.yaml", "--out", "run", folder=tmp_path)
    assert (first.code, first.err) == (0, "")
    assert "text/debate" in first.out
    replayed = symposia("replay", "run", folder=tmp_path)
    assert replayed.out == "run: 90 events replayed, 0 model calls, 10 samples are the same byte for byte.\n"
    reported = json.loads(symposia("report", "run", "--json", folder=tmp_path).out)
    assert reported[0]["rows"][0]["value"] == 1.0


def test_a_run_is_forked_at_an_edited_answer(tmp_path: Path) -> None:
    scenario(tmp_path)
    symposia("run", "s.yaml", "--out", "run", folder=tmp_path)
    events = read_trace(tmp_path / "run" / "trace.jsonl")[1]
    first = next(event for event in events if event.sender == "amber" and event.question == "test/0")
    done = symposia("fork", "run", str(first.seq), "9", "--out", "fork", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    forked = read_trace(tmp_path / "fork" / "trace.jsonl")[1]
    said = [event.message.text for event in forked if event.to == "blue" and isinstance(event.message, Answer)]
    assert said[0] == "9"
    assert symposia("replay", "fork", folder=tmp_path).code == 0
    again = symposia("fork", "run", str(first.seq), "9", "--out", "fork", folder=tmp_path)
    assert again.err == "fork: holds a run. Fork into a new directory.\n"


def test_a_replay_needs_no_models(tmp_path: Path) -> None:
    scenario(tmp_path)
    symposia("run", "s.yaml", "--out", "run", folder=tmp_path)
    for script in tmp_path.glob("*.txt"):
        script.unlink()
    assert symposia("replay", "run", folder=tmp_path).code == 0


def test_a_topology_is_drawn(tmp_path: Path) -> None:
    scenario(tmp_path)
    assert symposia("plan", "s.yaml", "--draw", "ring.mmd", folder=tmp_path).code == 0
    assert (tmp_path / "ring.mmd").read_text().startswith(("graph", "flowchart"))
    assert symposia("plan", "s.yaml", "--draw", "ring.svg", folder=tmp_path).code == 0
    assert "<svg" in (tmp_path / "ring.svg").read_text()


def heed_control_c() -> None:
    """What a background job, as CI may be, has to undo: it is started deaf to Ctrl-C, and so are its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_control_c_stops_cleanly_and_keeps_the_trace(tmp_path: Path) -> None:
    scenario(tmp_path)
    team = "team=[{name: amber, model: 'api:hosted_vllm/m@%s'}]"
    sets = ("--set", "protocol={use: text/majority_vote}", "--set", "topology=null", "--set", "baselines=false")
    with Server(said("Answer: 4"), said("Answer: 6").after(60)) as server:
        command = [sys.executable, "-m", "symposia.scenarios.cli", "run", "s.yaml", *sets, "--out", "run"]
        started = subprocess.Popen(
            [*command, "--set", team % server.url],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_control_c,
        )
        while len(server.requests) < 2:
            time.sleep(0.02)
        started.send_signal(signal.SIGINT)
        _, error = started.communicate(timeout=60)
    assert (started.returncode, error) == (
        130,
        "stopped: what was answered is kept. Run the same command again to resume.\n",
    )
    kept = read_trace(tmp_path / "run" / "trace.jsonl")[1]
    assert [event.message.text for event in kept if isinstance(event.message, Answer)] == ["Answer: 4"]


def test_a_changed_byte_makes_the_command_fail(tmp_path: Path) -> None:
    scenario(tmp_path)
    symposia("run", "s.yaml", "--out", "run", folder=tmp_path)
    trace = tmp_path / "run" / "trace.jsonl"
    trace.write_bytes(trace.read_bytes().replace(b'"text":"5"', b'"text":"6"', 1))
    outcome = symposia("replay", "run", folder=tmp_path)
    assert outcome.code == 1
    assert outcome.err.startswith("trace.jsonl:")
    assert "was changed after it was written. Restore it, or fork the run.\n" in outcome.err
