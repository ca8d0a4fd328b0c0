"""The time that devices are at work."""

from pathlib import Path

import pytest
import symposia
import torch
from symposia.agents.models import device_time
from symposia.agents.models.device_time import WorkTime, shares
from symposia.agents.models.hf.device_lock import DeviceLock, device_lock


def test_work_is_added_up_and_what_is_under_way_counts() -> None:
    clock = WorkTime()
    assert clock.seconds(at=1.0) == 0
    clock.start(at=1.0)
    assert clock.seconds(at=1.5) == 0.5
    clock.stop(at=2.0)
    clock.stop(at=7.0)
    clock.start(at=10.0)
    clock.stop(at=10.25)
    assert clock.seconds(at=99.0) == 1.25


def test_a_device_is_at_work_while_its_lock_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter((3.0, 8.0))
    monkeypatch.setattr(device_time, "monotonic", lambda: next(now))
    clock = WorkTime()
    with DeviceLock(clock):
        pass
    assert clock.seconds(at=9.0) == 5.0


def test_engines_on_one_device_share_its_clock() -> None:
    assert device_lock(torch.device("cpu")) is device_lock(torch.device("cpu"))


def test_a_share_is_of_the_time_that_passed_within(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(device_time, "monotonic", lambda: now[0])
    monkeypatch.setattr(device_time, "DEVICES", {"cpu": WorkTime(), "cuda:0": WorkTime()})
    device_time.DEVICES["cpu"].start()
    now[0] = 10.0
    with shares() as busy:
        now[0] = 13.0
        device_time.DEVICES["cpu"].stop()
        now[0] = 14.0
    assert busy == {"cpu": 0.75}


def test_a_report_says_for_how_much_of_the_time_models_ran(tmp_path: Path) -> None:
    finished = symposia.run("majority_vote", limit=2, out=tmp_path / "run")
    assert 0 < finished.report.busy["cpu"] <= 1
    assert finished.report.work[0].startswith("cpu ran a model for ")
    assert "- cpu ran a model for " in (finished.directory / "report.md").read_text()
