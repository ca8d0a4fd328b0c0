"""The arms of the reproduction: what a policy of the clarification game is trained by.

sft         demonstrations alone: the policy that the others begin with
single      GRPO by the reward of the next message alone: no window
mr_grpo     GRPO by the multiturn-aware reward
mr_dpo      DPO from pairs of candidates by the same reward, built anew each round by the newest policy
judge       GRPO by the share of questions alone: a control
stranger    GRPO by the multiturn-aware reward of another user's goal: a control
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from typing import Any, Final, Literal, TypeAlias

from ...agents import Team, Turn
from ...agents.context import Context
from ...agents.dialogue.talk import continued
from ...agents.message import Sampling
from ...evaluators.clarification.goals import balanced, item_of, wishes
from ...evaluators.clarification.playing import play
from ...evaluators.clarification.scores import WEIGHTS, questions, score
from ...evaluators.clarification.user import User
from ...evaluators.multiturn.futures import Candidate, Future, Futures
from ...evaluators.multiturn.metrics import Score
from ...evaluators.multiturn.rewarding import Rewarding
from ...evaluators.task import Item
from ..finetuning.group import grpo
from ..finetuning.policy import Policy
from ..finetuning.preference import dpo
from ..finetuning.rollouts import Rollout
from ..finetuning.sequence import TrainingSequence
from ..finetuning.settings import GroupSettings, PreferenceSettings, SupervisedSettings
from ..finetuning.supervised import sft
from ..multiturn.building import Building
from ..multiturn.engine import Engine
from ..multiturn.tokens import pairs
from .demonstrations import demonstrations
from .network import fresh
from .plain import PLAIN
from .states import states

Curve: TypeAlias = list[tuple[int, float]]
"""Success by step of GRPO, or by round of DPO."""

Arm: TypeAlias = Literal["single", "mr_grpo", "judge", "stranger"]

WINDOW: Final = 4
"""The messages of a future: two pairs."""

FUTURES: Final = 4
SAMPLED: Final = Sampling(temperature=1.0, max_tokens=6)
ALONE: Final = {"questions": 1.0}
BUILDING: Final = Building(candidates=4, messages=8)

BATCH: Final = 64
"""The demonstrations of a step."""

EVERY: Final = 10
"""The steps after which success is measured, with samples at temperature 1."""

CURVE_SEED: Final = 77


@dataclass(frozen=True)
class Scale:
    """The size of the trainings: steps of SFT and of GRPO, prompts to draw from, rounds of DPO and their conversations.

    Success is measured with `measured` conversations of each pattern.

    >>> Scale().steps
    50
    """

    warmup: int = 300
    steps: int = 50
    prompts: int = 4000
    rounds: int = 4
    conversations: int = 220
    measured: int = 25


def team_of(policy: Any, seed: int, sampling: Sampling = SAMPLED) -> Team[Any]:  # noqa: ANN401 - a policy or a model
    """The policy and the scripted user, with a trace of their own."""
    context = Context(seed=seed, sampling=sampling)
    return Team({"user": User("user"), "assistant": policy}, context=context)


async def begun(seed: int, scale: Scale, out: Path) -> Policy:
    """The policy after supervised training on demonstrations."""
    policy = Policy(fresh(seed), called="policy")
    shown = steps_by_length(demonstrations(policy.base.chat, BATCH * scale.warmup, seed))
    settings = SupervisedSettings(
        rate=2e-3,
        batch=BATCH,
        at_once=BATCH // 4,
        steps=scale.warmup,
        warmup=min(50, scale.warmup // 6),
        seed=seed,
        trl={**PLAIN, "train_sampling_strategy": "sequential"},
    )
    await sft(policy, shown, settings, out=out)
    return policy


def steps_by_length(shown: list[TrainingSequence]) -> list[TrainingSequence]:
    """The same sequences in the same steps, each from short to long: its parts are then padded by little.

    Steps of like lengths would be quicker still, and were seen to unlearn the questions, which are long.
    """
    steps = (shown[first : first + BATCH] for first in range(0, len(shown), BATCH))
    return [one for step in steps for one in sorted(step, key=lambda sequence: len(sequence.ids))]


async def by_reward(policy: Policy, arm: Arm, seed: int, scale: Scale, out: Path) -> tuple[Policy, Curve]:
    """A copy of the policy, trained by GRPO on the rewards of an arm, and its success by step."""
    student = Policy(policy.model, called=arm)
    items = states(scale.prompts, seed)
    settings = GroupSettings(
        rate=1.5e-4,
        steps=scale.steps,
        batch=12,
        samples=8,
        at_once=96,
        schedule="constant",  # what a needless question costs is little, and is learned last
        warmup=5,
        max_tokens=SAMPLED.max_tokens,
        seed=seed,
        trl=PLAIN,
    )
    reward = ByFutures(student, arm, items, seed, scale.measured)
    await grpo(student, [continued(item.history) for item in items], reward, settings, out=out)
    await reward.measure(scale.steps)
    return student, reward.curve


@dataclass
class ByFutures:
    """The rewards of a step's answers in an arm; every few steps it plays the game with the policy as it is.

    >>> ByFutures(None, "single", [], seed=0, measured=50).curve
    []
    """

    student: Any
    arm: Arm
    items: Sequence[Item]
    seed: int
    measured: int
    curve: Curve = field(default_factory=list)

    async def __call__(self, rollouts: Sequence[Rollout]) -> list[float | None]:
        """The reward of each answer; None where none of its futures could be scored."""
        if self.student.version % EVERY == 0:
            await self.measure(self.student.version)
        candidates = [self.candidate(number, one) for number, one in enumerate(rollouts)]
        found = await rewarding(self.student, self.arm, self.seed)(candidates)
        return [None if one.reward is None else one.reward.value for one in found]

    def candidate(self, number: int, rollout: Rollout) -> Candidate:
        """An answer as a response to be rewarded: in the control of strangers by the goal of another prompt."""
        item, version = self.items[rollout.row], rollout.answer.policy
        if self.arm == "stranger":
            item = replace(item, gold=self.items[(rollout.row + 1) % len(self.items)].gold)
        turns = (*item.history, Turn("assistant", rollout.answer.text))
        return Candidate(item, turns, f"{version}/{number}", f"{version}/row-{rollout.row}")

    async def measure(self, step: int) -> None:
        """Add the success of the policy as it is to the curve."""
        played = await play(team_of(self.student, CURVE_SEED), balanced(self.measured, CURVE_SEED))
        self.curve.append((step, fmean(one.right for one in played)))


def rewarding(policy: Any, arm: Arm, seed: int) -> Rewarding:  # noqa: ANN401 - a policy or a model
    """The reward of an arm."""
    messages, count = (0, 1) if arm == "single" else (WINDOW, FUTURES)
    futures = Futures(team_of(policy, seed), count=count, messages=messages, concurrency=1024)
    by: Score = asked_most if arm == "judge" else score
    return Rewarding(futures, by, ALONE if arm == "judge" else WEIGHTS, once=True)


async def asked_most(item: Item, future: Future, place: str) -> dict[str, float | None]:
    """The score of the control: the share of questions."""
    return {"questions": questions(future.turns)}


async def by_preference(policy: Policy, seed: int, scale: Scale, out: Path) -> tuple[Policy, Curve]:
    """A copy of the policy, trained by rounds of DPO on conversations of its own, and its success by round."""
    student = Policy(policy.model, called="mr_dpo")
    drawn, measured = wishes(seed), ByFutures(student, "mr_grpo", (), seed, scale.measured)
    await measured.measure(0)
    for number in range(scale.rounds):
        items = [item_of(next(drawn)) for _ in range(scale.conversations)]
        engine = Engine(rewarding(student, "mr_grpo", seed + number), BUILDING, concurrency=64)
        built = await engine(items, stage=f"round-{number}")
        settings = PreferenceSettings(
            rate=1e-4, batch=32, at_once=32, epochs=3, supervised=1.0, gap=0.1, seed=seed, trl=PLAIN
        )
        await dpo(student, list(pairs(built)), settings, out=out / f"round-{number}")
        await measured.measure(number + 1)
    return student, measured.curve
