"""The rollouts of one step: answers of the policy as it is, their rewards and their advantages."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Final, NamedTuple, TypeAlias

from ...agents.concurrency import gather
from ...agents.durable import AppendedFile
from ...agents.message import Answer, Prompt, Sampling
from ...agents.seeds import derive
from .advantage import advantages, check_rewards
from .curve import forget_after
from .policy import Policy
from .sequence import check_tokens
from .settings import GroupSettings

FILE: Final = "rollouts.jsonl"


class Rollout(NamedTuple):
    """An answer of the policy in training: the row of its prompt among all, the prompt, and the answer.

    >>> from symposia.agents import Ask
    >>> Rollout(3, Ask(text="2 + 2?"), Answer(text="four", policy="student@7")).answer.policy
    'student@7'
    """

    row: int
    prompt: Prompt
    answer: Answer


Reward: TypeAlias = Callable[[Sequence[Rollout]], Awaitable[Sequence[float | None]]]
"""Scores all answers of a step at once: a number each, or None for one that could not be scored.

The policy may be asked while it runs, also through a team: it answers with the weights that wrote these answers.
"""


@dataclass(frozen=True)
class Step:
    """What was sampled in a step, with its rewards and advantages, None where there is no reward.

    >>> Step((), (1.0, None, 3.0), ()).mean
    2.0
    """

    rollouts: tuple[Rollout, ...]
    rewards: tuple[float | None, ...]
    advantages: tuple[float | None, ...]

    @property
    def mean(self) -> float | None:
        """The mean of the rewards; None without any."""
        scored = [reward for reward in self.rewards if reward is not None]
        return fmean(scored) if scored else None

    def fields(self) -> dict[str, list[Any]]:
        """The step as TRL reads rollouts: token ids, log-probabilities, and a mask, 0 for all of an unscored answer."""
        answers = [one.answer for one in self.rollouts]
        return {
            "prompt_ids": [list(one.prompt_ids) for one in answers],
            "completion_ids": [list(one.ids) for one in answers],
            "logprobs": [list(one.logprobs) for one in answers],
            "env_mask": [
                [int(own is not None)] * len(one.ids) for one, own in zip(answers, self.advantages, strict=True)
            ],
            "advantage": [own or 0.0 for own in self.advantages],
        }


class Rollouts:
    """Samples and scores the steps of a training, and keeps a record of them.

    Seeds are those of the step and the place in it, so that a training that is gone on with samples the same.

    >>> import asyncio
    >>> from tempfile import TemporaryDirectory
    >>> from symposia.agents import Ask
    >>> from symposia.agents.loading import load
    >>> async def short(rollouts):
    ...     return [-float(len(one.answer.ids)) for one in rollouts]
    >>> with TemporaryDirectory() as folder:
    ...     settings = GroupSettings(samples=2, max_tokens=4)
    ...     prompts = [Ask(text="2 + 2 = ?")]
    ...     rollouts = Rollouts(Policy(load("pocket:base")), prompts, short, settings, Path(folder) / FILE, begins=0)
    ...     len(asyncio.run(rollouts.step(0, [0, 0])).rewards)
    ...     rollouts.close()
    2
    """

    def __init__(  # noqa: PLR0913 - what a step is made of, and where it is recorded
        self,
        policy: Policy,
        prompts: Sequence[Prompt],
        reward: Reward,
        settings: GroupSettings,
        path: Path,
        begins: int,
    ) -> None:
        self._policy = policy
        self._prompts = prompts
        self._reward = reward
        self._settings = settings
        forget_after(path, begins)
        self._file = AppendedFile(path)

    async def step(self, number: int, rows: Sequence[int]) -> Step:
        """Answer the prompts of these rows, neighbours being a group, and score the answers. Raises `BadData`."""
        settings = self._settings
        with self._policy.answering():
            rollouts = await self._sampled(self._prompts, rows, ("step", number), settings.temperature)
            rewards = await self._reward(rollouts)
        check_rewards(rewards, len(rollouts))
        found = advantages(rewards, settings.samples, scale=settings.scale, baseline=settings.baseline)
        step = Step(rollouts, tuple(rewards), tuple(found))
        self._record(number + 1, step)
        return step

    async def dev(self, prompts: Sequence[Prompt]) -> float | None:
        """The mean reward of answers to dev prompts, None if none could be scored. Raises `BadData`."""
        settings = self._settings
        times, temperature = (settings.dev_samples, settings.temperature) if settings.dev_samples else (1, 0.0)
        rows = [row for row in range(len(prompts)) for _ in range(times)]
        with self._policy.answering():
            rollouts = await self._sampled(prompts, rows, ("dev",), temperature)
            rewards = await self._reward(rollouts)
        check_rewards(rewards, len(rollouts), where="grpo: dev")
        return Step(rollouts, tuple(rewards), ()).mean

    def close(self) -> None:
        """Close the record."""
        self._file.close()

    async def _sampled(
        self, prompts: Sequence[Prompt], rows: Sequence[int], place: tuple[str | int, ...], temperature: float
    ) -> tuple[Rollout, ...]:
        settings = self._settings

        async def answered(number: int, row: int) -> Rollout:
            sampling = Sampling(
                temperature=temperature,
                max_tokens=settings.max_tokens,
                seed=derive(settings.seed, *place, number),
            )
            answer = await self._policy.write(prompts[row].turns(), sampling)
            check_tokens(answer, f"grpo: prompt {row}")
            return Rollout(row, prompts[row], answer)

        found = await gather({number: answered(number, row) for number, row in enumerate(rows)})
        return tuple(found.values())

    def _record(self, number: int, step: Step) -> None:
        for (row, _, answer), reward, own in zip(step.rollouts, step.rewards, step.advantages, strict=True):
            line = {
                "step": number,
                "row": row,
                "policy": answer.policy,
                "text": answer.text,
                "finish": answer.finish,
                "tokens": len(answer.ids),
                "reward": reward,
                "advantage": own,
            }
            self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()


def read_rewards(record: Path) -> list[float | None]:
    """The rewards of all recorded answers, in their order."""
    return [json.loads(line)["reward"] for line in record.read_text(encoding="utf-8").splitlines()]
