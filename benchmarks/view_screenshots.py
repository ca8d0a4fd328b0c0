"""Makes the pictures of docs/viewer.md: packaged scenarios are run, opened in Chromium, and photographed.

`make screenshots` writes them into docs/viewer/. Look at each one after that.
"""

import argparse
import asyncio
import json
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from symposia.scenarios.planning.wanted import planned
from symposia.scenarios.running.forking import with_answer
from symposia.scenarios.running.run import fork, run
from symposia.scenarios.running.run_directory import read_plan, read_trace
from symposia.scenarios.viewing.document import document
from symposia.scenarios.viewing.page import page

OUT = Path(__file__).parent.parent / "docs" / "viewer"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
Steps = Callable[[Any], None]


def runs(folder: Path) -> dict[str, list[Path]]:
    """Runs of a debate, its fork, a fusion, a conversation, a search and a training, by the name of their page."""
    for name in ("debate", "fusion", "user_loop", "model_swarms"):
        asyncio.run(run(planned(name, [], limit=20 if name == "debate" else 12), folder / name))
    before = read_plan(folder / "debate")
    events = list(read_trace(folder / "debate", before))
    first = next(one for one in events if (one.question, one.sender, one.to) == ("test/0", "strings", "conductor"))
    if not (folder / "debate-fork").exists():
        asyncio.run(fork(before, with_answer(events, first.seq, "22"), folder / "debate-fork"))
    if not (folder / "training").exists():
        trained(folder / "training")
    names = ("debate", "fusion", "user_loop", "model_swarms", "training")
    return {name: [folder / name] for name in names} | {"fork": [folder / "debate", folder / "debate-fork"]}


def trained(folder: Path) -> None:
    """A short training by rewards, of a packaged model: shorter is better, and what has a 0 in it is left unscored."""
    from symposia.agents import Ask
    from symposia.agents.loading import load
    from symposia.trainers.finetuning.group import grpo
    from symposia.trainers.finetuning.policy import Policy
    from symposia.trainers.finetuning.settings import GroupSettings

    async def short(rollouts: Any) -> list[float | None]:
        return [None if "0" in one.answer.text else -len(one.answer.ids) / 5 for one in rollouts]

    prompts = [Ask(text=f"compute {n} + {n + 3}") for n in range(4)]
    settings = GroupSettings(samples=4, batch=4, steps=24, log_every=1, max_tokens=4, rate=3e-4, temperature=1.3)
    asyncio.run(grpo(Policy(load("pocket:base")), prompts, short, settings, out=folder))


SHOTS: list[tuple[str, str, dict[str, Any], Steps]] = []


def shot(name: str, of: str, **how: Any) -> Callable[[Steps], Steps]:
    """Notes a picture of a page, and the steps before it."""

    def noted(steps: Steps) -> Steps:
        SHOTS.append((name, of, how, steps))
        return steps

    return noted


@shot("debate", "debate")
def _(tab: Any) -> None:
    tab.click(".question >> nth=1")
    tab.click(".message >> nth=4")


@shot("badges", "debate")
def _(tab: Any) -> None:
    tab.click("text=questions together")
    tab.click(".chip.badge-gave_up_right")
    tab.keyboard.press("Home")
    tab.keyboard.press("Shift+ArrowRight")


@shot("fusion", "fusion", color_scheme="dark")
def _(tab: Any) -> None:
    tab.click(".question >> nth=5")
    tab.hover(".piece >> nth=1")


@shot("user_loop", "user_loop")
def _(tab: Any) -> None:
    tab.click(".question >> nth=2")
    tab.click(".message >> nth=-2")


@shot("budget", "user_loop")
def _(tab: Any) -> None:
    tab.click("role=tab[name=Budget]")


@shot("compare", "debate")
def _(tab: Any) -> None:
    tab.click("role=tab[name=Compare]")


@shot("fork", "fork", height=1250)
def _(tab: Any) -> None:
    tab.select_option(".top select", "1")
    tab.click("role=tab[name=Compare]")
    tab.wait_for_timeout(300)


@shot("search", "model_swarms")
def _(tab: Any) -> None:
    tab.click("role=tab[name=Search]")


@shot("training", "training")
def _(tab: Any) -> None:
    tab.click("role=tab[name=Training]")


@shot("narrow", "debate", width=400, height=860)
def _(tab: Any) -> None:
    tab.click(".question >> nth=0")


def main() -> None:
    """Run, open and photograph."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, help="A folder in which the runs stay, so that only pictures are made.")
    given = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary:
        os.chdir(given.runs or temporary)  # so that runs have short names
        for name, directories in runs(Path("runs")).items():
            Path(f"{name}.html").write_text(page(document(directories)))
        photograph(Path.cwd(), sync_playwright)


def photograph(folder: Path, sync_playwright: Any) -> None:
    """Photograph the pages in a folder."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, of, how, steps in SHOTS:
            size = {"width": how.get("width", 1360), "height": how.get("height", 860)}
            tab = browser.new_page(viewport=size, color_scheme=how.get("color_scheme", "light"))
            tab.goto((folder / f"{of}.html").as_uri())
            tab.wait_for_selector("main")
            steps(tab)
            tab.wait_for_timeout(700)
            taken = Image.open(BytesIO(tab.screenshot())).convert("RGB")
            taken.save(OUT / f"{name}.png", optimize=True)
            print(json.dumps({"picture": name, "bytes": (OUT / f"{name}.png").stat().st_size}))


if __name__ == "__main__":
    main()
