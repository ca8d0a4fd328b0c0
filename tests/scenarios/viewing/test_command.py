"""`symposia view`, and `symposia run --view`."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from symposia.scenarios.cli import main
from symposia.tests.support.viewed import written_run


def test_a_page_is_written_as_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = written_run(tmp_path / "run", {"arithmetic": ["4"]})
    with pytest.raises(SystemExit) as left:
        main(["view", str(directory), "--html", str(tmp_path / "page.html")])
    assert left.value.code == 0
    assert "opens in any browser" in capsys.readouterr().out
    assert 'data-block="head"' in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "nothing: no such directory. `symposia run` prints the run directory it wrote.\n"),
        ("empty", "empty: no trace.jsonl, so it is not a run. Name a run directory.\n"),
    ],
)
def test_what_is_no_run_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit) as left:
        main(["view", name, "--html", "page.html"])
    assert (left.value.code, capsys.readouterr().err) == (2, said)


@pytest.mark.long
def test_a_run_is_followed_while_it_runs_and_stays_until_it_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(
        json.dumps(
            {
                "protocol": {"use": "text/majority_vote"},
                "team": [{"name": "arithmetic", "model": "pocket:arithmetic"}],
                "task": {"use": "pocket", "limit": 2},
                "baselines": False,
            }
        )
    )
    command = [sys.executable, "-m", "symposia.scenarios.cli", "run", "tiny.yaml", "--view", "--out", "run"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        try:
            address = running.stderr.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}", address)
            assert any("still served" in line for line in running.stderr)
            with urllib.request.urlopen(address.replace("/?", "/document?")) as answer:
                assert "head" in json.loads(answer.read())
        finally:
            os.kill(running.pid, signal.SIGINT)
        assert running.wait(timeout=20) == 0
