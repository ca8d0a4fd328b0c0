"""Scenarios from Python: in a script they run to the end, in a running loop they are awaited."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import symposia
from symposia.agents.errors import BadScenario, UnknownName
from symposia.scenarios.from_python import ToAwait
from symposia.scenarios.running.conversations import Simulation
from symposia.scenarios.running.job import Finished
from symposia.tests.support.doubles import Parrot
from symposia.tests.support.written import SCENARIO, scenario

LOOP = """\
protocol: {use: text/user_loop, options: {user: blue, assistant: amber, max_turns: 1}}
team:
  - {name: amber, model: "scripted:amber.txt"}
  - {name: blue, model: "scripted:blue.txt"}
task: {use: short_answer, data: sums}
baselines: false
concurrency: 1
"""
DONE = "run: not started yet. An event loop is running here: write `await run(...)`."


def test_in_a_script_a_run_goes_to_its_end(tmp_path: Path) -> None:
    finished = symposia.run(scenario(tmp_path), out=tmp_path / "run", limit=1, set=["baselines=false"])
    assert isinstance(finished, Finished)
    assert [(sample.question, sample.score) for sample in finished.samples] == [("2 + 2?", 1.0)]
    assert finished.directory == tmp_path / "run"
    assert finished.report.protocol == "text/debate"
    assert json.loads((tmp_path / "run" / "report.json").read_text()) == finished.report.model_dump(mode="json")


async def test_in_a_running_loop_it_is_awaited(tmp_path: Path) -> None:
    finished = await symposia.run(scenario(tmp_path), out=tmp_path / "run", limit=1)
    assert isinstance(finished, Finished)
    assert finished.report.rows[0].value == 1.0


async def test_who_forgets_to_await_is_told(tmp_path: Path) -> None:
    forgotten = symposia.run(scenario(tmp_path), out=tmp_path / "run")
    assert repr(forgotten) == DONE
    with pytest.raises(BadScenario) as raised:
        _ = forgotten.report
    assert str(raised.value) == DONE
    assert not hasattr(forgotten, "_repr_html_")
    assert not (tmp_path / "run").exists()


async def test_a_wrong_scenario_is_told_before_it_is_awaited(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'text/debate'"):
        symposia.run(scenario(tmp_path), set=["protocol.use=text/debat"])


def test_a_mapping_a_name_of_the_library_and_a_model_of_ones_own(tmp_path: Path) -> None:
    parrot = Parrot()
    data: dict[str, Any] = {
        "protocol": {"use": "text/majority_vote"},
        "team": [{"name": "amber", "model": "pocket:base"}],
        "task": {"use": "pocket", "limit": 1},
        "baselines": False,
    }
    finished = symposia.run(data, out=tmp_path / "run", load=lambda url, *_: parrot)
    assert (finished.report.scenario, parrot.calls) == ("scenario", 1)
    named = symposia.run("majority_vote", limit=1, out=tmp_path / "named", set=["baselines=false"])
    assert named.report.scenario == "majority_vote.yaml"


def test_progress_sees_every_sample(tmp_path: Path) -> None:
    seen: list[tuple[str, float | None]] = []
    symposia.run(
        scenario(tmp_path),
        out=tmp_path / "run",
        set=["baselines=false"],
        progress=lambda stage, sample: seen.append((stage, sample.score)),
    )
    assert seen == [("test", 1.0), ("test", 1.0)]


def test_without_a_directory_a_run_has_one_of_its_own_and_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = scenario(tmp_path)
    first = symposia.run(path, set=["baselines=false"])
    assert first.directory.parts[0] == "runs"
    assert first.directory.name.startswith("s-")
    for script in tmp_path.glob("*.txt"):
        script.write_text("never\n")
    assert symposia.run(path, set=["baselines=false"]).samples == first.samples


def test_conversations_are_simulated(tmp_path: Path) -> None:
    found = symposia.simulate(scenario(tmp_path, LOOP), out=tmp_path / "run", limit=1)
    assert isinstance(found, Simulation)
    (conversation,) = found.conversations
    assert conversation.goal == "2 + 2?"
    assert {role for role, _ in conversation.turns} == {"user", "assistant"}
    assert found.finished.directory == tmp_path / "run"


async def test_a_simulation_is_awaited_too_and_says_its_own_name(tmp_path: Path) -> None:
    waiting = symposia.simulate(scenario(tmp_path, LOOP), out=tmp_path / "run", limit=1)
    assert repr(waiting) == "simulate: not started yet. An event loop is running here: write `await simulate(...)`."
    assert len((await waiting).conversations) == 1


def test_what_is_no_simulation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadScenario) as raised:
        symposia.simulate(scenario(tmp_path, SCENARIO), out=tmp_path / "run")
    assert str(raised.value) == "s.yaml: follows text/debate. A simulation follows text/user_loop."


def test_something_to_await_begins_when_it_is_awaited() -> None:
    begun: list[str] = []

    async def work() -> str:
        begun.append("yes")
        return "done"

    waiting = ToAwait("run", work)
    assert begun == []

    async def awaited() -> str:
        return await waiting

    assert asyncio.run(awaited()) == "done"
    assert begun == ["yes"]


def test_the_front_door_lists_what_it_has() -> None:
    assert set(symposia.__all__) <= set(dir(symposia))
    for name in symposia.__all__:
        assert getattr(symposia, name) is not None
    with pytest.raises(AttributeError, match="module 'symposia' has no attribute 'runn'"):
        _ = symposia.runn  # type: ignore[attr-defined]


def test_what_the_front_door_names_is_never_a_module() -> None:
    """In a process of its own, and after the modules themselves were imported."""
    script = (
        "import types, symposia.agents.loading, symposia.scenarios.running.run, symposia.agents, symposia\n"
        "for package in (symposia.agents, symposia):\n"
        "    for name in package.__all__:\n"
        "        assert not isinstance(getattr(package, name), types.ModuleType), name\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd="/")
    assert done.stderr == ""
