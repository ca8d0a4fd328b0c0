"""A scenario whose models workers have: the same samples as with models of its own."""

from pathlib import Path
from typing import Any

import pytest
from symposia import run
from symposia.agents.errors import BadScenario, ModelUnavailable
from symposia.agents.runtime.mqtt import asking
from symposia.agents.runtime.mqtt.broker import PrivateBroker, free_port, private_broker
from symposia.scenarios.running.borrowed import lent, of
from symposia.tests.support.namespaces import inside, three_namespaces
from symposia.tests.support.workers import need_broker, samples_in, workers

LIBRARY = {"debate": 3, "fusion": 6, "greedy_soup": 3}
"""Library scenarios at three levels, and how many questions of each are asked."""

MODELS = (
    ("pocket:arithmetic", "pocket:generalist", "pocket:base"),
    ("pocket:graphs", "pocket:lookup", "pocket:generalist"),
    ("pocket:strings", "pocket:mentor", "pocket:base"),
)


SMALL = ["task.dev_limit=10", "baselines=false"]

Samples = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """The samples of each scenario with models of this process."""
    return asked_of(tmp_path_factory.mktemp("here"), SMALL)


def asked_of(folder: Path, changes: list[str]) -> Samples:
    """The samples of each scenario with these changes."""
    for name, limit in LIBRARY.items():
        run(name, limit=limit, out=folder / name, set=changes)
    return {name: samples_in(folder / name) for name in LIBRARY}


@pytest.mark.long
def test_three_workers_serve_a_debate_a_fusion_and_a_greedy_soup(here: Samples, tmp_path: Path) -> None:
    need_broker()
    with private_broker() as broker, workers(broker.address.url, *MODELS):
        assert asked_of(tmp_path, [*SMALL, f"runtime={broker.address.url}"]) == here
    assert {name: len(found) for name, found in here.items()} == LIBRARY


@pytest.mark.long
def test_three_workers_serve_them_from_network_namespaces_of_their_own(here: Samples, tmp_path: Path) -> None:
    need_broker()
    with three_namespaces() as (host, spaces):
        broker = PrivateBroker(tmp_path, free_port(), host=host)
        broker.start()
        try:
            with workers(broker.address.url, *MODELS, before=inside(spaces)):
                assert asked_of(tmp_path, [*SMALL, f"runtime={broker.address.url}"]) == here
        finally:
            broker.stop()


def test_a_model_that_nobody_lends_is_an_error_before_any_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_broker()
    monkeypatch.setattr(asking, "ABSENT", 0.5)
    with private_broker() as broker, pytest.raises(ModelUnavailable, match=r"^pocket:\w+: .*no worker offers it"):
        run("fusion", limit=1, out=tmp_path, set=[f"runtime={broker.address.url}"])


@pytest.mark.long
def test_a_run_that_began_here_goes_on_elsewhere(tmp_path: Path) -> None:
    """The runtime is no part of what a run is: nothing is asked again."""
    need_broker()
    with private_broker() as broker:
        changes = ["task.dev_limit=10", "baselines=false"]
        run("debate", limit=2, out=tmp_path, set=changes)
        before = samples_in(tmp_path)
        with workers(broker.address.url, ["debate"]):
            run("debate", limit=2, out=tmp_path, set=[*changes, f"runtime={broker.address.url}"])
        assert samples_in(tmp_path) == before


def test_an_address_that_is_none_is_an_error_of_the_scenario() -> None:
    with pytest.raises(BadScenario, match=r"runtime: .*'http://lab' is no runtime\. Write mqtt://HOST"):
        run("fusion", limit=1, set=["runtime=http://lab"])


def test_servers_and_files_of_the_scenario_are_asked_from_here() -> None:
    assert [lent(url) for url in ("api:openai/gpt-4o", "scripted:a.txt", "pocket:base", "saboteur:lie/hf:x")] == [
        None,
        None,
        "pocket:base",
        "hf:x",
    ]


def test_a_bad_member_is_made_here_of_the_model_that_was_borrowed() -> None:
    model = object()
    found = of("saboteur:lie/pocket:base", {"pocket:base": model})
    assert (found.kind, found.model) == ("lie", model)
