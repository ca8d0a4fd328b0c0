"""How fast the viewer's page opens a trace of 100,000 events, in headless Chromium: medians of five.

A synthetic debate is written as a run directory, with its checks, then read into a document and opened as one file.
Measured: the seconds to write the page; from navigation to the first drawn frame; and the longest and the median frame
while the cursor is dragged through all events, and while the transcript is scrolled.
"""

import argparse
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from symposia.agents.trace_reader import check_of
from symposia.scenarios.viewing.document import document
from symposia.scenarios.viewing.page import page

AGENTS = ("amber", "blue", "coral", "dune")
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
OPENED = "() => performance.getEntriesByName('drawn')[0]?.startTime"
DRAG = """async () => {
  const range = document.querySelector('input.range'), frames = [];
  let before = performance.now();
  for (let n = 0; n <= 60; n += 1) {
    range.value = String(Math.floor(range.max * n / 60));
    range.dispatchEvent(new Event('input', {bubbles: true}));
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - before); before = performance.now();
  }
  return frames;
}"""
SCROLL = """async () => {
  const list = document.querySelector('.transcript .list'), frames = [];
  let before = performance.now();
  for (let n = 0; n <= 60; n += 1) {
    list.scrollTop = list.scrollHeight * n / 60;
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - before); before = performance.now();
  }
  return frames;
}"""


def synthetic(directory: Path, events: int, seed: int = 7) -> None:
    """Write a run directory with a debate of so many events: four agents, three rounds a question."""
    directory.mkdir(parents=True, exist_ok=True)
    team = [{"name": name, "model": f"scripted:{name}"} for name in AGENTS]
    scenario = {"protocol": {"use": "text/debate"}, "team": team, "topology": "ring", "task": {"use": "pocket"}}
    (directory / "scenario.yaml").write_text(json.dumps(scenario))
    random, check, seq, clock = Random(seed), "", 0, 0.0
    with (directory / "trace.jsonl").open("wb") as file:
        for line in chain([{"trace": 2, "run": "synthetic"}], *(rounds(random, n) for n in range(-(-events // 24)))):
            if "message" in line:
                clock += random.random() / 300
                cause = None if line["cause"] is None else seq - len(AGENTS)
                line |= {"seq": seq, "cause": cause, "seconds": round(clock, 6), "message": line.pop("message")}
                seq += 1
            body = json.dumps(line, separators=(",", ":")).encode()
            check = check_of(check, body)
            file.write(body[:-1] + b',"check":"' + check.encode() + b'"}\n')


def rounds(random: Random, number: int) -> Iterator[dict[str, Any]]:
    """The lines of a question: in each round all agents are asked, and then all answer."""
    for turn in range(3):
        for name in AGENTS:
            prompt = {"@type": "ask/1", "text": f"Question {number}, round {turn}: {random.random()}"}
            place = f"test/{number}/{name}.{turn}"
            message = {"@type": "request/1", "prompt": prompt, "sampling": {}, "place": place}
            yield event(None, number, ("conductor", name), turn, message)
        for name in AGENTS:
            yield event(
                1, number, (name, "conductor"), turn, answer([random.randrange(500) for _ in range(20)], random)
            )


def answer(ids: list[int], random: Random) -> dict[str, Any]:
    """An answer of these tokens."""
    usage = {"prompt_tokens": 30, "completion_tokens": len(ids), "calls": 1}
    logprobs = [-random.random() for _ in ids]
    return {"@type": "answer/1", "text": " ".join(map(str, ids)), "ids": ids, "logprobs": logprobs, "usage": usage}


def event(cause: int | None, number: int, route: tuple[str, str], turn: int, message: dict[str, Any]) -> dict[str, Any]:
    """A line of a trace, without its number, its time and its check."""
    line = {"seq": 0, "cause": cause, "question": f"test/{number}", "sender": route[0], "to": route[1]}
    return {**line, "turn": turn, "seconds": 0.0, "message": message}


def measured(path: Path, times: int) -> dict[str, float]:
    """The medians over several openings, in milliseconds."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for _ in range(times):
            tab = browser.new_page(viewport={"width": 1400, "height": 900})
            tab.goto(path.as_uri())
            tab.wait_for_function(OPENED, timeout=60_000)
            found.setdefault("drawn after", []).append(tab.evaluate(OPENED))
            began = perf_counter()
            tab.select_option(".questions select", "")
            tab.wait_for_function("() => +document.querySelector('input.range').max > 90000", timeout=60_000)
            found.setdefault("all events chosen after", []).append(1000 * (perf_counter() - began))
            for name, script in (("drag", DRAG), ("scroll", SCROLL)):
                frames = tab.evaluate(script)
                found.setdefault(f"{name}: median frame", []).append(median(frames))
                found.setdefault(f"{name}: longest frame", []).append(max(frames))
            tab.close()
        browser.close()
    return {name: median(values) for name, values in found.items()}


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        synthetic(Path(folder) / "run", given.events)
        size = (Path(folder) / "run" / "trace.jsonl").stat().st_size
        began = perf_counter()
        text = page(document([Path(folder) / "run"]))
        took = perf_counter() - began
        path = Path(folder) / "run.html"
        path.write_text(text)
        print(
            f"a trace of {given.events:,} events, {size / 1e6:.0f} MB; the page: {len(text) / 1e6:.1f} MB, {took:.1f} s"
        )
        for name, value in measured(path, given.times).items():
            print(f"{name}: {value:,.0f} ms")


if __name__ == "__main__":
    main()
