"""What the tests of trainings share: recorded answers to small sums, and settings that take seconds."""

import asyncio
from collections.abc import Sequence

from symposia.agents import Answer, Ask, Sampling
from symposia.agents.models.hf.model import Model
from symposia.trainers.finetuning.pair import PreferencePair, pair_of
from symposia.trainers.finetuning.rollouts import Rollout
from symposia.trainers.finetuning.sequence import TrainingSequence, sequences_of

ASKS = tuple(Ask(text=f"{number % 9 + 1} + {number // 9 + 1} = ?") for number in range(24))
QUICK = {"rate": 1e-3, "batch": 4, "at_once": 4, "log_every": 1}


def recorded(model: Model, seed: int = 0, asks: Sequence[Ask] = ASKS) -> list[Answer]:
    """A sampled answer to each question."""

    async def all_of() -> list[Answer]:
        return await asyncio.gather(
            *(
                model.write(ask.turns(), Sampling(temperature=1.0, max_tokens=6, seed=seed + number))
                for number, ask in enumerate(asks)
            )
        )

    return asyncio.run(all_of())


def sequences(model: Model, seed: int = 0) -> list[TrainingSequence]:
    """A training sequence of each question."""
    return [one for answer in recorded(model, seed) for one in sequences_of([answer])]


def pairs(model: Model) -> list[PreferencePair]:
    """A pair for each question, the longer answer chosen, ties left in."""
    both = zip(recorded(model, 0), recorded(model, 1000), strict=True)
    ordered = [sorted(two, key=lambda answer: -len(answer.ids)) for two in both]
    return [pair_of(chosen, rejected) for chosen, rejected in ordered]


async def shorter(rollouts: Sequence[Rollout]) -> list[float | None]:
    """A reward for few tokens."""
    return [-float(len(one.answer.ids)) for one in rollouts]
