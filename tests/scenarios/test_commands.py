"""The commands, run as a user runs them."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from symposia.agents import Answer
from symposia.agents.trace_reader import read as read_trace
from symposia.tests.support.command import inside, symposia
from symposia.tests.support.server import Server, said
from symposia.tests.support.written import scenario


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
    inside("run", "s.yaml", "--out", "run", folder=tmp_path)
    events = read_trace(tmp_path / "run" / "trace.jsonl")[1]
    first = next(event for event in events if event.sender == "amber" and event.question == "test/0")
    done = inside("fork", "run", str(first.seq), "9", "--out", "fork", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    forked = read_trace(tmp_path / "fork" / "trace.jsonl")[1]
    said = [event.message.text for event in forked if event.to == "blue" and isinstance(event.message, Answer)]
    assert said[0] == "9"
    assert inside("replay", "fork", folder=tmp_path).code == 0
    again = inside("fork", "run", str(first.seq), "9", "--out", "fork", folder=tmp_path)
    assert again.err == "fork: holds a run. Fork into a new directory.\n"


def test_a_replay_needs_no_models(tmp_path: Path) -> None:
    scenario(tmp_path)
    inside("run", "s.yaml", "--out", "run", folder=tmp_path)
    for script in tmp_path.glob("*.txt"):
        script.unlink()
    assert inside("replay", "run", folder=tmp_path).code == 0


def test_a_topology_is_drawn(tmp_path: Path) -> None:
    scenario(tmp_path)
    assert inside("plan", "s.yaml", "--draw", "ring.mmd", folder=tmp_path).code == 0
    assert (tmp_path / "ring.mmd").read_text().startswith(("graph", "flowchart"))
    assert inside("plan", "s.yaml", "--draw", "ring.svg", folder=tmp_path).code == 0
    assert "<svg" in (tmp_path / "ring.svg").read_text()


def heed_control_c() -> None:
    """What a background job, as CI may be, has to undo: it is started deaf to Ctrl-C, and so are its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_stops_cleanly_and_keeps_the_trace(number: signal.Signals, tmp_path: Path) -> None:
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
        started.send_signal(number)
        _, error = started.communicate(timeout=60)
    assert (started.returncode, error) == (
        130,
        "stopped: what was answered is kept. Run the same command again to resume.\n",
    )
    kept = read_trace(tmp_path / "run" / "trace.jsonl")[1]
    assert [event.message.text for event in kept if isinstance(event.message, Answer)] == ["Answer: 4"]


def test_a_changed_byte_makes_the_command_fail(tmp_path: Path) -> None:
    scenario(tmp_path)
    inside("run", "s.yaml", "--out", "run", folder=tmp_path)
    trace = tmp_path / "run" / "trace.jsonl"
    trace.write_bytes(trace.read_bytes().replace(b'"text":"5"', b'"text":"6"', 1))
    outcome = inside("replay", "run", folder=tmp_path)
    assert outcome.code == 1
    assert outcome.err.startswith("trace.jsonl:")
    assert "was changed after it was written. Restore it, or fork the run.\n" in outcome.err
