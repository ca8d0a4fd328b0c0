"""Workers on machines of their own: one is killed, one is cut off for seconds; the samples are those of any other run.

SYMPOSIA_PARTITION is how many seconds: 3 unless it says otherwise.
"""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from symposia import run
from symposia.agents.runtime.mqtt.broker import PrivateBroker, free_port
from symposia.tests.support.namespaces import inside, parted, three_namespaces
from symposia.tests.support.workers import need_broker, samples_in, workers

pytestmark = pytest.mark.long

SECONDS = float(os.environ.get("SYMPOSIA_PARTITION", "3"))
CHANGES = ["task.dev_limit=4", "baselines=false", "against=[]"]
LIMIT = 30


def test_a_run_goes_on_after_a_worker_was_killed_and_another_cut_off(tmp_path: Path) -> None:
    need_broker()
    run("debate", limit=LIMIT, out=tmp_path / "here", set=CHANGES)
    with three_namespaces() as (host, spaces), ThreadPoolExecutor() as beside:
        broker = PrivateBroker(tmp_path, free_port(), host=host)
        broker.start()
        try:
            with workers(broker.address.url, ["debate"], ["debate"], before=inside(spaces)) as fleet:
                trace = tmp_path / "there/trace.jsonl"
                disturbed = beside.submit(disturb, trace, fleet, spaces[1])
                run("debate", limit=LIMIT, out=tmp_path / "there", set=[*CHANGES, f"runtime={broker.address.url}"])
                assert disturbed.result(60) < lines(trace)
        finally:
            broker.stop()
    assert samples_in(tmp_path / "there") == samples_in(tmp_path / "here")


def disturb(trace: Path, fleet: Sequence[Any], space: str) -> int:
    """Kill the first worker, and cut off the one in a namespace; how many lines the trace had when they were gone."""
    while lines(trace) < 40:
        time.sleep(0.01)
    fleet[0].kill()
    with parted(space):
        before = lines(trace)
        time.sleep(SECONDS)
    return before


def lines(trace: Path) -> int:
    """How many lines a trace has."""
    return trace.read_bytes().count(b"\n") if trace.exists() else 0
