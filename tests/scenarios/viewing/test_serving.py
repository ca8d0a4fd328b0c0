"""The page's server: who is answered, what grows, and a fork from the page."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from symposia import run
from symposia.agents.event import CONDUCTOR
from symposia.agents.trace import Trace
from symposia.scenarios.viewing.serving import Bound, bound
from symposia.tests.support.viewed import browsing, looking, request, said

TINY = {
    "protocol": {"use": "text/majority_vote"},
    "team": [{"name": "arithmetic", "model": "pocket:arithmetic"}],
    "task": {"use": "pocket"},
    "baselines": False,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bound, Path]]:
    directory = tmp_path_factory.mktemp("served") / "run"
    run(TINY, limit=2, out=directory)
    found = bound([directory], 0)
    thread = Thread(target=found.run, daemon=True)
    thread.start()
    yield found, directory
    found.server.should_exit = True
    thread.join(timeout=10)


def asked(address: str, path: str, *, data: Any = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """The status and the body of an answer; the path takes the place of `/?`."""
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(address.replace("/?", f"/{path}?"), data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize("path", ["", "document", "events"])
def test_nobody_is_answered_without_the_token(served: tuple[Bound, Path], path: str) -> None:
    address = served[0].address
    assert asked(address.split("?")[0] + "?token=guess", path)[0] == 403
    assert asked(address.split("?")[0] + "?", path)[0] == 403


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "http://evil.example"}])
def test_no_other_site_is_answered(served: tuple[Bound, Path], headers: dict[str, str]) -> None:
    assert asked(served[0].address, "document", headers=headers)[0] == 403


def test_the_document_is_that_of_the_run(served: tuple[Bound, Path]) -> None:
    status, body = asked(served[0].address, "document")
    assert status == 200
    assert {"head", "0/text/0", "0/detail/0"} == set(json.loads(body))


def test_a_run_that_is_not_shown_is_not_forked(served: tuple[Bound, Path]) -> None:
    status, body = asked(served[0].address, "fork", data={"directory": "/etc", "event": 1, "text": "x"})
    assert (status, "is not shown by this server" in json.loads(body)["error"]) == (409, True)
    assert asked(served[0].address, "fork", data={"event": 1})[0] == 400


def test_an_answer_is_edited_in_the_page_and_the_fork_is_beside_the_run(served: tuple[Bound, Path]) -> None:
    with browsing() as browser, looking(browser, served[0].address) as page:
        page.wait_for_selector(".live.live")
        page.click(".fork summary")
        page.fill(".fork textarea", "an answer of mine")
        page.click("text=Run what follows")
        page.wait_for_selector(".side-by-side", timeout=30_000)
        assert "The first divergence is event" in page.inner_text(".side-by-side")
        assert "an answer of mine" in page.inner_text(".sides.first")
    forks = list((served[1] / "forks").iterdir())
    assert [(one / "report.json").is_file() for one in forks] == [True]


def test_a_growing_trace_is_followed_without_a_reload(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    found = bound([tmp_path], 0)
    thread = Thread(target=found.run, daemon=True)
    thread.start()
    try:
        with browsing() as browser, looking(browser, found.address) as page:
            page.wait_for_selector(".live.live")
            assert page.locator(".message").count() == 0
            asked = trace.add(None, "test/0", (CONDUCTOR, "amber"), 0, request("2 + 2?", "test/0/amber.0"))
            trace.add(asked.seq, "test/0", ("amber", CONDUCTOR), 0, said("4"))
            trace.flush()
            page.wait_for_selector(".message[data-event='1'].on")
            asked = trace.add(1, "test/0", (CONDUCTOR, "amber"), 1, request("Sure?", "test/0/amber.1"))
            trace.add(asked.seq, "test/0", ("amber", CONDUCTOR), 1, said("yes"))
            trace.flush()
            page.wait_for_selector(".message[data-event='3'].on")
    finally:
        trace.close()
        found.server.should_exit = True
        thread.join(timeout=10)
