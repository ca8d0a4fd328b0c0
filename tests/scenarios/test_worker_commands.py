"""The commands `worker`, `workers`, `access` and `broker`, as they are typed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from symposia import run
from symposia.agents.errors import BadScenario
from symposia.agents.runtime.mqtt.broker import PrivateBroker, free_port, private_broker
from symposia.agents.runtime.mqtt.offers import Offer
from symposia.scenarios.worker_commands import access, models_of, table, workers
from symposia.tests.support.workers import need_broker, samples_in

STEADY = '''"""A model that says how long its question is."""
from symposia.agents import Answer


class Steady:
    async def write(self, turns, sampling):
        return Answer(text=str(len(turns[-1].text) % 10))


def load(rest):
    return Steady()
'''


def test_what_is_lent_is_named_by_models_and_by_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "steady.py").write_text(STEADY)
    found = models_of(["pocket:base", "./steady.py:amber", "greedy_soup"])
    assert found["pocket:base"] == "pocket:base"
    assert found["./steady.py:amber"] == f"{tmp_path / 'steady.py'}:amber"
    assert {"pocket:generalist", "pocket:lookup"} <= set(found)


def test_a_scenario_whose_models_are_servers_has_nothing_to_lend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NONE", "a key")
    team = [{"name": "a", "model": "api:openai/gpt-4o@http://localhost:1/v1#NONE"}]
    scenario = {"protocol": {"use": "text/majority_vote"}, "team": team, "task": {"use": "pocket"}}
    path = tmp_path / "served.yaml"
    path.write_text(json.dumps(scenario))
    with pytest.raises(BadScenario, match=r"has no model to lend\. Name one, as pocket:base"):
        models_of([str(path)])


def test_the_table_of_workers_shows_what_each_lends_and_says_what_to_do_without_any() -> None:
    assert table({}) == "No worker. Start one: symposia worker FILE --runtime mqtt://HOST."
    lent = Offer(
        kinds=("model-1",), models={"pocket:base": "model-1", "\x1b[31mred": "x"}, window=8, host="lab", version="1"
    )
    lines = table({"bob/worker-1": lent}).splitlines()
    assert lines[0].split() == ["worker", "host", "at", "once", "version", "models"]
    assert lines[1].startswith("bob/worker-1  lab   8        1        pocket:base, ")
    assert "\x1b" not in lines[1]


def test_workers_of_an_empty_broker_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    need_broker()
    with private_broker() as broker:
        workers(broker.address.url, as_json=True)
    assert json.loads(capsys.readouterr().out) == {}


def test_a_worker_account_names_its_models(tmp_path: Path) -> None:
    with pytest.raises(
        BadScenario, match=r"^access: 'w1': names no models\. Write NAME=FILE_OR_MODEL, as w1=pocket:base"
    ):
        access(tmp_path / "new", ["alice"], ["w1"], ("127.0.0.1", 8883), "lab")


def test_a_password_is_in_no_file_no_command_line_and_no_output(  # noqa: PLR0915 - a broker, a worker and a run
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    need_broker()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "steady.py").write_text(STEADY)
    port, folder = free_port(), tmp_path / "broker"
    access(folder, ["alice"], ["w1=./steady.py:amber"], ("127.0.0.1", port), "lab")
    broker = PrivateBroker(folder, port, configured=True)
    broker.start()
    files = {"SYMPOSIA_MQTT_CA": "ca.crt", "SYMPOSIA_SITE_KEY_FILE": "site.key"}
    told = {name: str(folder / file) for name, file in files.items()}
    at = f"127.0.0.1:{port}/lab"
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "symposia.scenarios.cli",
            "worker",
            "./steady.py:amber",
            "--runtime",
            f"mqtts://w1@{at}",
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ, SYMPOSIA_MQTT_PASSWORD_FILE=str(folder / "w1.password"), **told),
    )
    try:
        assert worker.stderr is not None
        said = [worker.stderr.readline(), worker.stderr.readline()]
        assert " lends " in said[1], said
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SYMPOSIA_MQTT_PASSWORD", (folder / "alice.password").read_text())
        scenario = {
            "protocol": {"use": "text/majority_vote"},
            "team": [{"name": "amber", "model": "./steady.py:amber"}],
            "task": {"use": "pocket"},
            "baselines": False,
            "runtime": f"mqtts://alice@{at}",
        }
        run(scenario, limit=5, out=tmp_path / "run")
        command_line = Path(f"/proc/{worker.pid}/cmdline").read_bytes().decode()
    finally:
        worker.kill()
        broker.stop()
    assert len(samples_in(tmp_path / "run")) == 5
    printed = capfd.readouterr()
    written = [path.read_bytes().decode() for path in (tmp_path / "run").rglob("*") if path.is_file()]
    log = (folder / "mosquitto.log").read_text()
    for name in ("alice.password", "w1.password", "site.key"):
        secret = (folder / name).read_text()
        shown = [command_line, *said, printed.out, printed.err, log, *written]
        assert not any(secret in text for text in shown), name
