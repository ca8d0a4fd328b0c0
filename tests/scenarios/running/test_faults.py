"""Whatever fails in a run: its samples are those of an undisturbed one, or a sample says why it has none."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from symposia.agents import Answer, Sampling, Turn
from symposia.agents.errors import ModelUnavailable
from symposia.agents.event import CONDUCTOR
from symposia.agents.loading import load
from symposia.agents.models.base import GREEDY
from symposia.agents.runtime.mqtt import requests
from symposia.agents.runtime.mqtt.broker import PrivateBroker, private_broker
from symposia.scenarios.running.job import Finished
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.tests.support.workers import lending_here, need_broker, samples_in
from symposia.tests.support.written import planned, ran, scenario

POCKET: Final = """\
protocol: {use: text/debate, options: {rounds: 1}}
team:
  - {name: amber, model: "pocket:graphs"}
  - {name: blue, model: "pocket:lookup"}
  - {name: coral, model: "pocket:base"}
topology: complete
task: {use: pocket, limit: 6, dev_limit: 4}
baselines: false
seed: 7
"""
URLS: Final = ("pocket:graphs", "pocket:lookup", "pocket:base")
CALLS: Final = 36
"""Six questions, three members, two rounds."""


class Lent:
    """A model that another process has: it counts its calls, and `waits` before each."""

    def __init__(self, url: str, seen: list[str], waits: float = 0.0) -> None:
        self.model, self.seen, self.waits = load(url), seen, waits

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.seen.append(turns[-1].text)
        await asyncio.sleep(self.waits)
        return await self.model.write(turns, sampling)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The samples of the scenario with models of this process."""
    folder = tmp_path_factory.mktemp("here")
    asyncio.run(run(planned(scenario(folder, POCKET)), folder / "run"))
    return samples_in(folder / "run")


@asynccontextmanager
async def over_a_broker(*waits: float) -> AsyncIterator[tuple[PrivateBroker, list[list[str]]]]:
    """A context manager: a broker, and for each worker, which waits so long before each call, the list of its calls."""
    need_broker()
    seen: list[list[str]] = [[] for _ in waits]
    async with AsyncExitStack() as stack:
        broker = stack.enter_context(private_broker())
        for own, long in zip(seen, waits, strict=True):
            models = {url: Lent(url, own, long) for url in URLS}
            await stack.enter_async_context(lending_here(broker.address, models))
        yield broker, seen


async def lent(folder: Path, broker: PrivateBroker, *changes: str) -> list[dict[str, Any]]:
    """The samples of the scenario with the models of the workers at a broker; the run replays."""
    plan = planned(scenario(folder, POCKET), f"runtime={broker.address.url}", *changes)
    await run(plan, folder / "run")
    await replay(folder / "run")
    return samples_in(folder / "run")


async def when(ready: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(20):
        while not ready():  # noqa: ASYNC110 - what is waited for happens elsewhere
            await asyncio.sleep(0.01)


async def test_a_run_over_a_faulty_line_has_the_samples_of_an_undisturbed_one(
    tmp_path: Path, undisturbed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "FIRST", 0.3)
    monkeypatch.setattr(requests, "LONGEST", 0.5)
    shares = {"drop": 0.1, "duplicate": 0.2, "corrupt": 0.1, "reorder": 0.2, "delay": 0.2, "seconds": 0.2}
    changes = [f"faults.{name}={share}" for name, share in shares.items()]
    async with over_a_broker(0.0) as (broker, (seen,)):
        assert await lent(tmp_path, broker, *changes) == undisturbed
    assert len(seen) == CALLS
    assert "- Faults were injected: drop 0.1, delay 0.2" in (tmp_path / "run/report.md").read_text()


async def test_a_run_whose_broker_is_restarted_has_them_too(tmp_path: Path, undisturbed: object) -> None:
    async with over_a_broker(0.05) as (broker, (seen,)):
        running = asyncio.create_task(lent(tmp_path, broker))
        await when(lambda: len(seen) > 5)
        broker.kill()
        await asyncio.sleep(0.3)
        broker.start()
        assert await asyncio.wait_for(running, 30) == undisturbed
    assert len(seen) == CALLS


async def test_a_slow_worker_gets_company_after_the_seconds_of_hedge(tmp_path: Path, undisturbed: object) -> None:
    async with over_a_broker(600, 0.0) as (broker, (slow, quick)):
        assert await asyncio.wait_for(lent(tmp_path, broker, "hedge=1"), 60) == undisturbed
    assert slow
    assert len(quick) == CALLS


async def test_where_the_disk_is_full_the_run_stops_with_a_reason_and_goes_on_when_there_is_room(
    tmp_path: Path, undisturbed: object
) -> None:
    async with over_a_broker(0.0) as (broker, (seen,)):
        path = scenario(tmp_path, POCKET)
        change = f"runtime={broker.address.url}"
        command = [sys.executable, "-c", IN_LITTLE_ROOM, "20000", "run", str(path), "--out", str(tmp_path / "run")]
        full = await asyncio.to_thread(
            subprocess.run, [*command, "--set", change], capture_output=True, text=True, check=False
        )
        assert (full.returncode, full.stderr.count("what was written is kept")) == (2, 1)
        kept = answers(tmp_path / "run")
        asked = len(seen)
        assert 0 < kept < CALLS
        assert await lent(tmp_path, broker) == undisturbed
        assert len(seen) - asked == CALLS - kept


IN_LITTLE_ROOM: Final = """
import resource, sys
from symposia.scenarios.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
main(sys.argv[2:])
"""


def answers(directory: Path) -> int:
    """How many answers of members the trace of a run has, an unfinished line left out."""
    events = map(json.loads, (directory / "trace.jsonl").read_bytes().split(b"\n")[1:-1])
    return sum(event["to"] == CONDUCTOR and event["message"]["@type"] == "answer/1" for event in events)


async def test_a_crash_leaves_its_question_unscored_with_a_reason_and_the_replay_says_the_same(tmp_path: Path) -> None:
    finished = await ran(tmp_path, "faults.crash=0.1", "task.rollouts=5", "baselines=false")
    whys = [sample.why for sample in finished.samples]
    assert {why for why in whys if why} <= {f"{name}: {CRASHED}" for name in ("amber", "blue", "coral")}
    assert 0 < sum(why is not None for why in whys) < len(whys)
    assert "Faults were injected: crash 0.1." in finished.report.notes
    assert (await replay(finished.directory)).samples == len(whys)


CRASHED: Final = "crashed, as the scenario's faults say. Leave out crash."


async def test_a_run_that_crashes_stop_again_and_again_ends_as_one_without_faults(
    tmp_path: Path, undisturbed: object
) -> None:
    plan, stops = planned(scenario(tmp_path, POCKET), "faults.crash=0.05", "faults.stops=true"), 0
    while not (tmp_path / "run/samples.jsonl").exists():
        try:
            await run(plan, tmp_path / "run")
        except ModelUnavailable:
            stops += 1
            assert stops < 50
    assert stops
    assert samples_in(tmp_path / "run") == undisturbed


async def test_a_run_with_crashes_that_is_gone_on_with_ends_as_one_that_was_not_stopped(tmp_path: Path) -> None:
    for name in ("whole", "cut"):
        (tmp_path / name).mkdir()
    changes = ("faults.crash=0.1", "task.rollouts=5", "baselines=false")
    whole = await ran(tmp_path / "whole", *changes)
    cut = await ran(tmp_path / "cut", *changes)
    trace = cut.directory / "trace.jsonl"
    trace.write_bytes(trace.read_bytes()[: trace.stat().st_size // 2])
    again = await run(planned(tmp_path / "cut/s.yaml", *changes), cut.directory)
    assert untimed(again) == untimed(whole)


def untimed(finished: Finished) -> list[Mapping[str, Any]]:
    """The samples of a run, without the seconds that they took."""
    return [sample.model_dump(exclude={"seconds"}) for sample in finished.samples]


async def test_calls_that_are_late_change_no_sample(tmp_path: Path) -> None:
    for name in ("usual", "late"):
        (tmp_path / name).mkdir()
    usual = await ran(tmp_path / "usual")
    late = await ran(tmp_path / "late", "faults.delay=0.5", "faults.seconds=0.01")
    assert untimed(late) == untimed(usual)


async def test_the_report_says_how_often_the_team_said_what_a_saboteur_did(tmp_path: Path) -> None:
    finished = await ran(tmp_path, "faults.saboteurs={coral: parrot}", "baselines=false")
    (row,) = finished.report.saboteurs
    assert (row.name, row.kind, row.questions, row.same, row.misled) == ("coral", "parrot", 2, 1, 0)
    assert str(row) in finished.report.notes
    assert "| coral | parrot | 2 | 1 | 0 |" in (finished.directory / "report.md").read_text()
    await replay(finished.directory)
