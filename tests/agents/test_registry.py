"""What can be named: by file, by dotted name, by an entry point; and what is wrong with code of others."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from symposia.agents.errors import BadPlugin, Twice, UnknownName
from symposia.agents.registry import (
    METRICS,
    MODELS,
    PROTOCOLS,
    TOPOLOGIES,
    Kind,
    find,
    installed,
    names,
    offered_by,
    origin,
)
from symposia.tests.support.command import inside
from symposia.tests.support.written import scenario

NUMBERS = count()
Install = Callable[[str, str], str]

METRIC = '''"""How many there are."""

from symposia.evaluators.metric import estimate


def measure(samples):
    return estimate(samples, [1.0] * len(samples))
'''


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a distribution: the group of its entry points, `name = module` where {} is its module; its module."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(entries: str, code: str = METRIC) -> str:
        name = f"lab_{next(NUMBERS)}"
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(entries.format(name))
        (info / "top_level.txt").write_text(f"{name}\n")
        (tmp_path / f"{name}.py").write_text(code)
        return name

    return install


def test_an_installed_package_offers_more(install: Install) -> None:
    package = install("[symposia.metrics]\nhowmany = {}\n", METRIC)
    assert list(installed(METRICS)) == ["howmany"]
    assert "howmany" in names(METRICS)
    module = find(METRICS, "howmany")
    assert (module.__name__, offered_by(module)) == (package, package)
    assert origin(METRICS, "howmany").plugin
    assert not origin(METRICS, "accuracy").plugin
    listed = json.loads(inside("list", "metrics", "--json", folder=Path()).out)
    assert {row["name"]: row["origin"] for row in listed} == {
        "accuracy": "symposia",
        "abstain_accuracy": "symposia",
        "cluster_accuracy": "symposia",
        "cost": "symposia",
        "howmany": package,
        "position_bias": "symposia",
        "reliable_accuracy": "symposia",
    }


def test_a_scenario_measures_with_an_installed_metric(install: Install, tmp_path: Path) -> None:
    install("[symposia.metrics]\ncounted = {}\n", METRIC)
    scenario(tmp_path)
    plan = inside("plan", "s.yaml", "--set", "metrics=[counted]", folder=tmp_path)
    assert "Runs code of metric counted: " in plan.out
    assert inside("run", "s.yaml", "--set", "metrics=[counted]", "--out", "run", folder=tmp_path).code == 0
    assert inside("replay", "run", folder=tmp_path).code == 0
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert {row["metric"]: row["value"] for row in report["rows"]} == {"counted": 1.0}


def test_two_packages_with_one_name_are_refused_by_name(install: Install) -> None:
    one, two = (install("[symposia.metrics]\nhowmany = {}\n", METRIC) for _ in range(2))
    with pytest.raises(Twice) as raised:
        installed(METRICS)
    assert str(raised.value) in {
        f"{first} and {second}: metric named twice: howmany. Names are how metrics are told apart."
        for first, second in ((one, two), (two, one))
    }


def test_a_package_cannot_take_one_of_our_names(install: Install) -> None:
    package = install("[symposia.metrics]\naccuracy = {}\n", METRIC)
    with pytest.raises(Twice) as raised:
        find(METRICS, "howmany")
    assert str(raised.value) == (
        f"symposia and {package}: metric named twice: accuracy. Names are how metrics are told apart."
    )


def test_an_entry_point_that_is_no_module_is_refused(install: Install) -> None:
    package = install("[symposia.metrics]\nhowmany = {}:measure\n", METRIC)
    with pytest.raises(BadPlugin) as raised:
        find(METRICS, "howmany")
    assert str(raised.value) == (f"howmany of {package}: its entry point is not a module. Name a module, as pkg.file.")


def test_a_package_that_cannot_be_read_is_named(install: Install) -> None:
    package = install("[symposia.metrics]\nhowmany = {}\n", "1 / 0\n")
    with pytest.raises(BadPlugin) as raised:
        find(METRICS, "howmany", where="s.yaml: metrics")
    assert str(raised.value) == (
        f"s.yaml: metrics: howmany of {package}: ZeroDivisionError: division by zero. Correct the file."
    )


@pytest.mark.parametrize("kind", [METRICS, PROTOCOLS, TOPOLOGIES, MODELS])
def test_a_dotted_name_that_nothing_has_is_one_message(kind: Kind) -> None:
    with pytest.raises(BadPlugin) as raised:
        find(kind, "no_such_lab.thing", where="s.yaml")
    assert str(raised.value) == (
        "s.yaml: no_such_lab.thing: there is no module 'no_such_lab'. Install it, or check the name."
    )


def test_a_dotted_name_is_a_module_beside_the_scenario(tmp_path: Path) -> None:
    package = f"lab_{next(NUMBERS)}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / package / "howmany.py").write_text(METRIC)
    found = find(METRICS, f"{package}.howmany", folder=tmp_path)
    assert found.__name__ == f"{package}.howmany"
    assert origin(METRICS, f"{package}.howmany", folder=tmp_path).file == str(tmp_path / package / "howmany.py")


def test_a_file_is_read_once_and_again_when_it_was_changed(tmp_path: Path) -> None:
    code = tmp_path / f"lab_{next(NUMBERS)}.py"
    code.write_text("VALUE = 1\n")
    first = find(METRICS, f"./{code.name}", folder=tmp_path)
    assert find(METRICS, code.name, folder=tmp_path) is first
    before = origin(METRICS, code.name, folder=tmp_path).hash
    code.write_text("VALUE = 2\n")
    assert find(METRICS, code.name, folder=tmp_path).VALUE == 2
    assert origin(METRICS, code.name, folder=tmp_path).hash != before


def test_a_file_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    code = tmp_path / f"lab_{next(NUMBERS)}.py"
    code.write_text("VALUE = 1\nraise ValueError('half')\n")
    for _ in range(2):
        with pytest.raises(BadPlugin, match=rf"^{code}: ValueError: half\. Correct the file\.$"):
            find(METRICS, str(code))


def test_an_unknown_name_has_a_near_miss() -> None:
    with pytest.raises(UnknownName) as raised:
        find(METRICS, "acuracy", where="s.yaml: metrics")
    assert str(raised.value) == (
        "s.yaml: metrics: no metric named 'acuracy'. Did you mean 'accuracy'? "
        "Known: abstain_accuracy, accuracy, cluster_accuracy, cost, position_bias, reliable_accuracy."
    )
