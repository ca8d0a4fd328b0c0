"""A training that kills its own process in the middle: METHOD FOLDER OUT KILL_AFTER_STEP.

Step 0 trains to the end. With a fifth argument, the size of no file may grow beyond it once a checkpoint is there.
"""

import asyncio
import os
import resource
import signal
import sys
from pathlib import Path

from symposia.agents.errors import CannotWrite
from symposia.agents.loading import load
from symposia.tests.support import training
from symposia.trainers.finetuning.group import grpo
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.finetuning.preference import dpo
from symposia.trainers.finetuning.settings import GroupSettings, Lora, PreferenceSettings, SupervisedSettings
from symposia.trainers.finetuning.supervised import sft
from symposia.trainers.finetuning.trained import Trained

COMMON = {**training.QUICK, "steps": 8, "save_every": 3, "dev_every": 2}


async def trained(method: str, folder: Path, out: Path, kill_after: int = 0, room: int = 0) -> Trained:
    """A training of eight steps with checkpoints after the third and the sixth, and a dev set."""
    base = load(f"hf:{folder}")
    steps = 0

    def tell(line: str) -> None:
        nonlocal steps
        steps = int(line.split()[1])
        if room and steps == 4:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        if kill_after and steps >= kill_after:
            os.kill(os.getpid(), signal.SIGKILL)

    if method == "sft":
        sequences = await asyncio.to_thread(training.sequences, base)
        policy = Policy(base, lora=Lora(rank=4))  # with dropout
        return await sft(policy, sequences, SupervisedSettings(**COMMON), out=out, dev=sequences[:4], tell=tell)
    if method == "dpo":
        pairs = await asyncio.to_thread(training.pairs, base)
        return await dpo(Policy(base), pairs, PreferenceSettings(**COMMON), out=out, dev=pairs[:6], tell=tell)
    settings = GroupSettings(**{**COMMON, "at_once": 8}, samples=4, max_tokens=4, beta=0.1)
    policy = Policy(base, lora=Lora(rank=4))
    return await grpo(policy, training.ASKS, training.shorter, settings, out=out, dev=training.ASKS[:4], tell=tell)


if __name__ == "__main__":
    try:
        asyncio.run(trained(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *map(int, sys.argv[4:])))
    except CannotWrite as error:
        sys.exit(f"CannotWrite: {error}")
