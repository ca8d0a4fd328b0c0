"""Two roles trained together, against the same two trained apart: the signalling game.

    python benchmarks/joint.py [--seeds N] [--steps N]

A speaker and a listener begin with habits that do not fit. Together, they are trained from the same conversations, by
turns; apart, each is trained as long with a partner that stays as it was. Prints success (samples at temperature 1) of
the beginners, of both, and of each one with the partner it was trained with.
"""

import argparse
import asyncio
import warnings
from pathlib import Path
from statistics import fmean
from tempfile import mkdtemp

import torch
from symposia.trainers.clarification.signalling import MEANINGS, TURNS, beginner, success, training
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.joint.training import JointSettings


async def trained(beginners: dict[str, Policy], settings: JointSettings, who: tuple[str, ...]) -> dict[str, Policy]:
    """Copies of the beginners, of which these are trained."""
    policies = {name: Policy(policy.model, called=name) for name, policy in beginners.items()}
    joint = training(policies, settings, who)
    await joint.train(MEANINGS)
    return policies


async def one(seed: int, steps: int) -> dict[str, float]:
    """The success of all, by what it is of."""
    folder = Path(mkdtemp())
    beginners = {name: await beginner(name, 2 * seed + place, folder / name) for place, name in enumerate(TURNS)}
    settings = JointSettings(steps=2 * steps, rate=1e-3, futures=4, max_tokens=2, seed=seed)
    found = {"beginners": await success(beginners)}
    found["trained together"] = await success(await trained(beginners, settings, TURNS))
    alone = settings.model_copy(update={"steps": steps})
    apart = {name: await trained(beginners, alone, (name,)) for name in TURNS}
    for name in TURNS:
        found[f"{name} trained, with its old partner"] = await success(apart[name])
    found["trained apart"] = await success({name: apart[name][name] for name in TURNS})
    return found


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=60, help="Updates of each member.")
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    rows = [asyncio.run(one(seed, given.steps)) for seed in range(given.seeds)]
    for name in rows[0]:
        values = [row[name] for row in rows]
        print(f"{name:40}{fmean(values):.3f}   by seed {', '.join(f'{value:.3f}' for value in values)}")


if __name__ == "__main__":
    main()
