"""Reproduces CollabLLM's finding in miniature: who is rewarded for where a conversation leads learns to ask.

    python benchmarks/reproduce.py [--seeds N] [--arms ARM ..] [--out DIR] [--require T1 ..] [--gain G]

Trains policies of the clarification game (see trainers/clarification) from nothing, in two processes, and prints their
success, turns, tokens and interactivity with the user they trained with and with others; draws the learning curves;
and checks what has to hold. Exit code 1 where it does not.
"""

import argparse
import asyncio
import json
import shutil
import sys
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from time import monotonic
from typing import Any

from symposia.trainers.clarification.acceptance import Made, checks

SEEDS = 3
ARMS = ("single", "mr_dpo", "mr_grpo")
CONTROLS = ("judge", "stranger")
"""Trained for the first seed alone, and half as long: they show their fault by then."""

NAMES = {
    "sft": "demonstrations (SFT)",
    "single": "single-turn reward (GRPO)",
    "mr_dpo": "multiturn reward (DPO)",
    "mr_grpo": "multiturn reward (GRPO)",
    "judge": "control: rewarded for questions alone",
    "stranger": "control: another user's goal",
    "untrained": "untrained",
    "guesses": "scripted: never asks",
    "asks": "scripted: asks for all",
}


def main() -> int:
    """Train all, print, draw and check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--arms", nargs="*", default=[*ARMS, *CONTROLS], choices=[*ARMS, *CONTROLS])
    parser.add_argument("--out", type=Path, default=Path("build/reproduce"))
    parser.add_argument("--require", nargs="*", default=["T"], help="The checks that decide the exit code, as T1 T3.")
    parser.add_argument("--gain", type=float, default=0.45, help="The least gain of T4.")
    given = parser.parse_args()
    shutil.rmtree(given.out, ignore_errors=True)
    given.out.mkdir(parents=True)
    began = monotonic()
    made = asyncio.run(everything(given.seeds, given.arms, given.out))
    (given.out / "results.json").write_text(json.dumps([one._asdict() for one in made], indent=1))
    print(table(made))
    draw(made, given.out / "curves.png")
    found = checks(made, gain=given.gain)
    for check in found:
        print(f"{'holds' if check.holds else 'FAILS'}: {check.name}")
    print(f"{monotonic() - began:.0f} s; learning curves: {given.out / 'curves.png'}")
    return 0 if all(check.holds for check in found if check.name.startswith(tuple(given.require))) else 1


async def everything(seeds: int, arms: Sequence[str], out: Path) -> list[Made]:
    """All trainings, two at a time: each arm as soon as the policy that it begins with is there."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:

        async def done(work: Any, *arguments: Any) -> Any:
            return await loop.run_in_executor(workers, work, *arguments)

        user = asyncio.ensure_future(done(make_user, out))

        async def seed(number: int) -> list[Made]:
            first = await done(warm, number, out)
            await user
            wanted = [arm for arm in arms if number == 0 or arm in ARMS]
            others = await asyncio.gather(*(done(train, arm, number, out) for arm in wanted))
            return [await done(measure_begun, number, first, out), *others]

        found = await asyncio.gather(*(seed(number) for number in range(seeds)))
        return [*await done(bounds, out), *(one for some in found for one in some)]


def quiet(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine in a worker: one thread, and no warnings of libraries."""
    import warnings

    import torch

    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    return asyncio.run(work)


def make_user(out: Path) -> None:
    """Train the learned user."""
    from symposia.trainers.clarification.learned_user import trained_user

    quiet(trained_user(out / "user"))


def warm(seed: int, out: Path) -> float:
    """Train the policy that the arms begin with; returns the seconds that it took."""
    from symposia.trainers.clarification.arms import Scale, begun

    began = monotonic()
    quiet(begun(seed, Scale(), out / f"sft-{seed}"))
    return monotonic() - began


def train(arm: str, seed: int, out: Path) -> Made:
    """Train an arm with a seed, and measure it."""
    from symposia.trainers.clarification import arms

    async def work() -> Made:
        began = monotonic()
        policy = arms.Policy(loaded(out / f"sft-{seed}" / "model"), called="policy")
        folder = out / f"{arm}-{seed}"
        scale = arms.Scale(steps=25) if arm in CONTROLS else arms.Scale()
        if arm == "mr_dpo":
            student, curve = await arms.by_preference(policy, seed, scale, folder)
        else:
            student, curve = await arms.by_reward(policy, arm, seed, scale, folder)  # type: ignore[arg-type]
        return Made(arm, seed, await summaries(student.model, out), curve, monotonic() - began)

    return quiet(work())


def measure_begun(seed: int, seconds: float, out: Path) -> Made:
    """Measure the policy that the arms begin with."""

    async def work() -> Made:
        return Made("sft", seed, await summaries(loaded(out / f"sft-{seed}" / "model"), out), [], seconds)

    return quiet(work())


def bounds(out: Path) -> list[Made]:
    """The untrained policy, and the scripted ones: what nobody should be below, and the most there is."""
    from symposia.evaluators.clarification.assistants import Scripted
    from symposia.trainers.clarification.network import fresh

    async def work() -> list[Made]:
        models = {"untrained": fresh(0), "guesses": Scripted("guesses"), "asks": Scripted("asks")}
        return [Made(name, 0, await summaries(model, out), [], 0.0) for name, model in models.items()]

    return quiet(work())


async def summaries(model: Any, out: Path) -> dict[str, Any]:
    """The summaries of a model by condition, as JSON-able data."""
    from symposia.trainers.clarification.measuring import measured

    found = await measured(model, loaded(out / "user" / "model"))
    return {name: asdict(one) for name, one in found.items()}


def loaded(folder: Path) -> Any:
    """The model in a folder."""
    from symposia.agents.loading import load

    return load(f"hf:{folder.resolve()}")


def table(made: Sequence[Made]) -> str:
    """Means over seeds by arm: a row each; success with the least and the most of a seed where there are several."""
    conditions = list(made[0].summaries)
    head = ["policy", *(f"success: {name}" for name in conditions), "replies", "tokens", "interactivity", "asks 0/1/2"]
    rows = [head]
    for arm in dict.fromkeys(one.arm for one in made):
        of = [one for one in made if one.arm == arm]
        mine = [one.summaries for one in of]
        first = [one[conditions[0]] for one in mine]
        asks = "/".join(f"{fmean(one.asks(count) for one in of):.2f}" for count in range(3))
        means = [f"{fmean(one[key] for one in first):.2f}" for key in ("replies", "tokens", "interactivity")]
        rows.append([NAMES[arm], *(success([one[name] for one in mine]) for name in conditions), *means, asks])
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def success(found: Sequence[Mapping[str, Any]]) -> str:
    """The mean success: with its interval for one seed, with the range of several."""
    values = [one["success"]["value"] for one in found]
    if len(values) == 1:
        return f"{values[0]:.3f} [{found[0]['success']['low']:.3f}, {found[0]['success']['high']:.3f}]"
    return f"{fmean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def draw(made: Sequence[Made], path: Path) -> None:
    """Draw success by training, a line a seed."""
    from symposia.scenarios.reporting.plots.learning import Curve, learning

    curves = [Curve(NAMES[one.arm], [(step, value) for step, value in one.curve]) for one in made if one.curve]
    learning(curves, "The clarification game").savefig(path)


if __name__ == "__main__":
    sys.exit(main())
