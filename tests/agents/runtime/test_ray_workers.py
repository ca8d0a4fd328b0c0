"""Workers that Ray places, watches and starts again."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from symposia import run
from symposia.agents.errors import BadScenario
from symposia.agents.runtime import ray_workers
from symposia.agents.runtime.ray_workers import RayAddress
from symposia.tests.support.workers import need_broker, samples_in

pytestmark = pytest.mark.long

MODEL = '''"""A model that thinks for a while, and whose answer depends on what it was asked alone."""
import asyncio
from symposia.agents import Answer


class Steady:
    async def write(self, turns, sampling):
        await asyncio.sleep(0.3)
        return Answer(text=str(len(turns[-1].text) % 10))


def load(rest):
    return Steady()
'''


def scenario(runtime: str | None) -> dict[str, Any]:
    """A vote of one."""
    return {
        "protocol": {"use": "text/majority_vote"},
        "team": [{"name": "amber", "model": "./steady.py:amber"}],
        "task": {"use": "pocket"},
        "baselines": False,
        **({"runtime": runtime} if runtime else {}),
    }


def test_a_worker_that_is_killed_is_started_again_and_the_samples_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_broker()
    pytest.importorskip("ray", reason="ray is not installed: pip install 'symposia[ray]'")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    (tmp_path / "steady.py").write_text(MODEL)
    placed, killed = ray_workers.place, []

    def watched(*given: Any) -> Any:
        found = placed(*given)

        def shoot() -> None:
            first = found.pids()
            time.sleep(3)
            os.kill(first[0], signal.SIGKILL)
            killed.append(first[0])

        threading.Thread(target=shoot, daemon=True).start()
        return found

    monkeypatch.setattr(ray_workers, "place", watched)
    run(scenario("ray://local?cpus=0.5"), limit=200, out=tmp_path / "there")
    run(scenario(None), limit=200, out=tmp_path / "here")
    assert killed
    assert samples_in(tmp_path / "there") == samples_in(tmp_path / "here")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ray://", "is no address of a Ray cluster"),
        ("ray://local?gpu=1", "is no address of a Ray cluster"),
        ("ray://local?copies=0", "is no address of a Ray cluster"),
        ("ray://local?cpus=many", "is no address of a Ray cluster"),
        ("ray://10.0.0.1:6379", r"names no broker\. Add broker=mqtts://ME@HOST"),
    ],
)
def test_an_address_that_is_none_says_what_one_is(url: str, said: str) -> None:
    with pytest.raises(BadScenario, match=said):
        RayAddress.parse(url)


def test_more_than_the_cluster_has_is_an_error_and_not_a_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_broker()
    pytest.importorskip("ray", reason="ray is not installed: pip install 'symposia[ray]'")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    (tmp_path / "steady.py").write_text(MODEL)
    with pytest.raises(BadScenario, match=r"1 models in 1 copies need 64 GPU each, and the cluster has 0"):
        run(scenario("ray://local?gpus=64"), limit=1, out=tmp_path / "run")
