"""The choice of a level: tried, strongest first, refused with one message where none holds."""

import os
import signal
import subprocess
import threading
import time

import pytest
from symposia.agents.errors import UnknownName
from symposia.evaluators.sandbox import levels
from symposia.evaluators.sandbox.levels import LEVELS, NoSandbox, choose
from symposia.evaluators.sandbox.limits import Limits
from symposia.evaluators.sandbox.pool import Pool
from symposia.evaluators.sandbox.verdicts import Verdict, verdict_of
from symposia.tests.support.sandbox import children, holding


def weak(monkeypatch: pytest.MonkeyPatch, **reasons: str) -> None:
    monkeypatch.setattr(levels, "weakness", reasons.get)


def test_the_strongest_level_that_holds_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    weak(monkeypatch)
    assert choose().name == "bubblewrap"
    weak(monkeypatch, bubblewrap="no bwrap")
    assert str(choose()) == "landlock: landlock + seccomp, no own pid or mount view"
    assert str(choose("local")) == "local: not isolated"


def test_where_none_holds_it_refuses_and_says_why_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    weak(monkeypatch, bubblewrap="no bwrap", landlock="the kernel has no Landlock")
    with pytest.raises(NoSandbox) as raised:
        choose(where="coding")
    assert str(raised.value) == (
        "coding: generated programs cannot be contained here (bubblewrap: no bwrap; landlock: the kernel has no "
        "Landlock). Install bubblewrap, or use a Linux kernel with Landlock; or, if you trust the programs as you "
        "trust your own, say sandbox: local."
    )
    with pytest.raises(NoSandbox, match=r"\(landlock: the kernel has no Landlock\)"):
        choose("landlock")
    with pytest.raises(UnknownName, match="no sandbox named 'docker'"):
        choose("docker")


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        ({"read": True, "write": False, "network": False, "children": 0}, "a program in it can read"),
        ({"read": False, "write": True, "network": True, "children": 0}, "a program in it can write, network"),
        (
            {"read": False, "write": False, "network": False, "children": 20},
            "a program in it can start processes without a limit",
        ),
        ({"read": False, "write": False, "network": False, "children": 15}, None),
    ],
)
def test_a_level_holds_only_what_was_tried(
    done: dict[str, object], reason: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fake:
        def run(self, job: object, limits: object) -> dict[str, object]:
            return {"report": done}

    monkeypatch.setattr(levels, "pool", lambda level: Fake())
    monkeypatch.setattr(levels, "_missing", lambda level: None)
    assert levels.weakness.__wrapped__("bubblewrap") == reason


def test_a_level_in_which_nothing_starts_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fake:
        def run(self, job: object, limits: object) -> dict[str, object]:
            return {"report": None, "output": "bwrap: No permissions to create new namespace\n", "end": "status 1"}

    monkeypatch.setattr(levels, "pool", lambda level: Fake())
    monkeypatch.setattr(levels, "_missing", lambda level: None)
    assert levels.weakness.__wrapped__("bubblewrap") == (
        "a program does not start in it: bwrap: No permissions to create new namespace"
    )


def facts(**changed: object) -> dict[str, object]:
    plain = {"over": None, "report": None, "started": True, "end": "status 0", "output": "", "seconds": 0.1}
    return {**plain, **changed}


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (facts(report={"verdict": "pass", "message": ""}), "pass"),
        (facts(report={"verdict": "pass", "message": ""}, over="seconds"), "timeout"),
        (facts(report={"verdict": "pass", "message": ""}, over="disk"), "output"),
        (facts(report={"verdict": "pass", "message": "", "nonce": "forged"}), "tampered"),
        (facts(report={"verdict": "ended", "message": ""}), "exception"),
        (facts(report={"verdict": "ended", "message": ""}, end="cpu"), "timeout"),
        (facts(report={"verdict": "ended", "message": ""}, end="signal 9"), "memory"),
        (facts(report={"verdict": "ended", "message": ""}, end="signal 11"), "exception"),
        (facts(report={"verdict": "not_started", "message": ""}), "sandbox_error"),
        (facts(), "exception"),
        (facts(started=False, end="status 70"), "sandbox_error"),
        ({"error": "the supervisor failed"}, "sandbox_error"),
    ],
)
def test_a_verdict_is_made_of_facts(found: dict[str, object], kind: str) -> None:
    assert verdict_of(found).kind == kind


def test_a_verdict_reads_the_same_in_every_run() -> None:
    said = Verdict("exception", "TypeError: <object at 0x7f1c2a3b4c5d> in /tmp/symposia-sandbox-ab12/program\nmore")
    assert str(said) == "exception: TypeError: <object at ...> in .../program"


def test_a_supervisor_that_is_killed_is_a_failure_of_the_sandbox_and_the_next_program_runs() -> None:
    pool = Pool(holding("landlock"), 1)
    sleep = {"part": "script", "payload": {"code": "import time\ntime.sleep(60)"}}
    quick = {"part": "script", "payload": {"code": "print('here')"}}
    try:
        assert pool.run(quick, Limits(seconds=5))["output"] == "here\n"
        pid = pool.supervised[0].pid
        assert pid is not None
        threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
        assert "the supervisor failed" in pool.run(sleep, Limits(seconds=5))["error"]
        assert pool.run(quick, Limits(seconds=5))["output"] == "here\n"
    finally:
        pool.close()
    assert children(pid) == []


def test_a_harness_that_goes_away_takes_everything_with_it() -> None:
    pool = Pool(holding("bubblewrap"), 1)
    pool.run({"part": "script", "payload": {"code": ""}}, Limits(seconds=5))
    pid, folder = pool.supervised[0].pid, pool.supervised[0].folder
    assert pid is not None
    assert folder is not None
    pool.close()
    time.sleep(0.05)
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_limits_round_the_processors_seconds_up() -> None:
    assert Limits().within(seconds=0.5, memory=7) == Limits(seconds=0.5, cpu=1, memory=7)
    assert set(LEVELS) == {"bubblewrap", "landlock", "local"}


def test_another_system_than_linux_has_no_sandbox_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    for level in LEVELS:
        assert levels.weakness.__wrapped__(level) == "it needs Linux"


def test_landlock_holds_where_the_kernel_has_it() -> None:
    if levels._missing("landlock") is not None:
        pytest.skip(str(levels._missing("landlock")))
    assert levels.weakness("landlock") is None


def test_bubblewrap_holds_where_it_runs() -> None:
    if levels._missing("bubblewrap") is not None:
        pytest.skip(str(levels._missing("bubblewrap")))
    own = ["--unshare-user", "--unshare-pid", "--unshare-net", "--disable-userns", "--proc", "/proc"]
    alone = ["bwrap", "--ro-bind", "/", "/", *own, "true"]
    if subprocess.run(alone, capture_output=True, check=False).returncode:
        pytest.skip("bwrap does not run here")
    assert levels.weakness("bubblewrap") is None
