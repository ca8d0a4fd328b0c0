"""Runs to look at, written by hand, and a browser to look with."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from symposia.agents import Answer, Ask
from symposia.agents.accounting import Usage
from symposia.agents.event import CONDUCTOR
from symposia.agents.message import Request, Sampling
from symposia.agents.trace import Trace
from symposia.evaluators.sample import Sample

CHROMIUM = which("chromium") or which("chromium-browser") or ""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TEAM = [{"name": name, "model": f"pocket:{name}"} for name in ("arithmetic", "strings")]
SCENARIO = {
    "protocol": {"use": "text/debate"},
    "team": TEAM,
    "topology": "ring",
    "task": {"use": "pocket"},
    "seed": 7,
}


def request(text: str, place: str) -> Request:
    """A request as the protocol makes it."""
    return Request(prompt=Ask(text=text), sampling=Sampling(), place=place)


def said(text: str, **more: Any) -> Answer:
    """An answer of two tokens for seven."""
    return Answer(text=text, usage=Usage(prompt_tokens=7, completion_tokens=2, calls=1), **more)


def written_run(folder: Path, answers: dict[str, list[str]], *, gold: str = "4", scenario: Any = None) -> Path:
    """A run of one question, `2 + 2?`: agents give these answers in turn; the first one's last is the output."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.yaml").write_text(json.dumps(scenario or SCENARIO))
    trace = Trace(folder / "trace.jsonl", run="written")
    for turn in range(max(map(len, answers.values()))):
        for name, texts in answers.items():
            if turn < len(texts):
                asked = trace.add(
                    None, "test/0", (CONDUCTOR, name), turn, request(f"2 + 2? ({turn})", f"test/0/{name}.{turn}")
                )
                trace.add(asked.seq, "test/0", (name, CONDUCTOR), turn, said(texts[turn]))
    trace.close()
    output = next(iter(answers.values()))[-1]
    sample = Sample(id="0", question="2 + 2?", gold=gold, output=output, parsed=output, score=float(output == gold))
    (folder / "samples.jsonl").write_text(sample.model_dump_json() + "\n")
    return folder


@contextmanager
def browsing() -> Iterator[Any]:
    """A real browser; skips with a reason where there is none."""
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def looking(browser: Any, address: str, *, width: int = 1400, height: int = 900) -> Iterator[Any]:
    """A drawn page; fails if its console says an error, or a dialog opens, while it is looked at."""
    errors: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": height})
    try:
        page.set_default_timeout(8000)
        page.on("console", lambda one: errors.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda one: errors.append(str(one)))
        page.on("dialog", lambda one: errors.append(f"a dialog opened: {one.message}"))
        page.goto(address)
        page.wait_for_selector("main")
        yield page
    finally:
        page.close()
    assert errors == []
