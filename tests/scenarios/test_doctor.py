"""`symposia doctor` says what is there and how to get what is not; it never says what a variable holds."""

import json
from pathlib import Path

import pytest
from symposia.scenarios import doctor
from symposia.tests.support.command import inside


def test_everything_missing_says_how_to_get_it() -> None:
    assert [one.name for one in doctor.findings() if one.state != "ok" and not one.get] == []


def test_the_packaged_models_are_found(tmp_path: Path) -> None:
    done = inside("doctor", "--json", folder=tmp_path)
    found = {one["name"]: one for one in json.loads(done.out)}
    assert (done.code, found["pocket models"]["state"]) == (0, "ok")
    assert "generalist" in found["pocket models"]["what"]
    assert str(tmp_path) in found["folder"]["what"]


def test_a_key_is_named_and_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted")
    done = inside("doctor", folder=tmp_path)
    assert ("OPENAI_API_KEY" in done.out, "sk-planted" in done.out) == (True, False)


def test_a_package_that_is_needed_and_not_there_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", (("no-such-package", "everything", "", True),))
    done = inside("doctor", folder=tmp_path)
    assert done.code == 1
    assert "broken   no-such-package" in done.out
    assert "to get it: pip install no-such-package" in done.out


def test_an_optional_one_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", (("no-such-package", "clusters", "ray", False),))
    assert [(one.state, one.get) for one in doctor.packages()] == [("missing", "pip install 'symposia[ray]'")]


def test_a_machine_without_a_driver_runs_on_its_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert [one.state for one in doctor.devices()] == ["missing"]
