"""Training from rewards: group relative policy optimization (GRPO), and RLOO, with answers from our own engine."""

import asyncio
import os
import warnings
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from datasets import Dataset  # type: ignore[import-untyped]

from ...agents.codec import encode
from ...agents.errors import BadData, BadScenario
from ...agents.message import Prompt
from .advantage import equal_groups
from .arguments import check_passed, configuration
from .curve import Tell, silent
from .each_step import EachStep
from .library import trl
from .lineage import data_hash
from .place import Place, in_thread
from .policy import Policy
from .rollouts import FILE, Reward, Rollouts, read_rewards
from .session import Data, Session
from .settings import GroupSettings
from .trained import Trained


async def grpo(  # noqa: PLR0913 - the last two by name alone
    policy: Policy,
    prompts: Sequence[Prompt],
    reward: Reward,
    settings: GroupSettings | None = None,
    *,
    out: Path,
    dev: Sequence[Prompt] = (),
    tell: Tell = silent,
) -> Trained:
    """Train a policy by the rewards of its own answers, in a directory; the weights of the best dev reward stay.

    Each step answers `batch` prompts `samples` times with the newest weights and calls `reward` once, in this event
    loop. An answer without a reward (None) has no loss and is not in its group's mean. Raises `BadData` for fewer
    prompts than a step has or a reward that is not a finite number, `BadScenario` for a directory of another training,
    `CannotWrite`, and what `reward` raises.
    """
    chosen = settings or GroupSettings()
    training = GroupTraining(policy, prompts, reward, chosen, asyncio.get_running_loop())
    return await in_thread(partial(training.run, dev), out, tell)


class GroupTraining:
    """One GRPO training: TRL's trainer in a thread of its own, and the answers and rewards in the caller's event loop.

    TRL normalizes rewards by group; it is given advantages instead, which have a mean of 0 in each group, so that equal
    rewards have an advantage of exactly 0 and RLOO's baseline is a matter of ours.

    >>> from symposia.agents.loading import load
    >>> GroupTraining(Policy(load("pocket:base")), [], None, GroupSettings(), None)
    Traceback (most recent call last):
    symposia.agents.errors.BadData: grpo: 0 prompts, and a step has 16. Give more, or set batch to fewer.
    """

    def __init__(
        self,
        policy: Policy,
        prompts: Sequence[Prompt],
        reward: Reward,
        settings: GroupSettings,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        if os.environ.get("WORLD_SIZE", "1") != "1":
            raise BadScenario("grpo: answers and rewards are those of one process. Launch one, on one device.")
        if len(prompts) < settings.batch:
            raise BadData(
                f"grpo: {len(prompts)} prompts, and a step has {settings.batch}. Give more, or set batch to fewer."
            )
        self._policy, self._prompts, self._reward, self._settings = policy, prompts, reward, settings
        self._loop = loop

    def run(self, dev: Sequence[Prompt], place: Place) -> Trained:
        """Train to the end."""
        out = place.directory
        library, settings, policy = trl("grpo"), self._settings, self._policy
        check_passed(library.GRPOConfig, settings, where="grpo")
        rows = [_row(prompt) for prompt in (*self._prompts, *dev)]
        session = Session(policy, "grpo", settings, Data(data_hash(rows), len(self._prompts), 0), place)
        rollouts = Rollouts(policy, self._prompts, self._reward, settings, out / FILE, session.begins)
        callback = EachStep(session, rollouts, dev, self._loop)
        try:
            return session.run(
                partial(self._trainer, library, session, callback, out), lambda: notes(out / FILE, settings.samples)
            )
        finally:
            rollouts.close()

    def _trainer(self, library: Any, session: Session, callback: "EachStep", out: Path) -> Any:  # noqa: ANN401 - TRL's
        settings, policy = self._settings, self._policy
        if settings.beta and not policy.adapts:
            self._keep_reference(out / "reference")
        by_sequence = {"loss_type": "luspo", "importance_sampling_level": "sequence"}
        arguments = configuration(
            library.GRPOConfig,
            settings,
            policy.network.device,
            out,
            rows=settings.batch * settings.samples,
            num_generations=settings.samples,
            temperature=settings.temperature,
            max_completion_length=settings.max_tokens,
            scale_rewards="none",
            beta=settings.beta,
            disable_dropout=True,
            **(by_sequence if settings.loss == "sequence" else {"loss_type": settings.loss}),
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*rollout_func.*")
            return session.trainer(
                library.GRPOTrainer,
                callback,
                args=arguments,
                reward_funcs=[advantage],
                rollout_func=callback.sampled,
                train_dataset=Dataset.from_dict({"prompt": [str(row) for row in range(len(self._prompts))]}),
            )

    def _keep_reference(self, folder: Path) -> None:
        """Write the weights as they began, which TRL reads for the divergence from them."""
        network: Any = self._policy.network
        if not folder.is_dir():
            network.save_pretrained(str(folder))
        network.config._name_or_path = str(folder)


def advantage(*, prompts: list[str], advantage: list[float], **_: object) -> list[float]:
    """The rewards as TRL is given them: the advantages."""
    return advantage


def notes(record: Path, group: int) -> tuple[str, ...]:
    """What there is to say about the rewards: groups that taught nothing, and answers that could not be scored."""
    rewards = read_rewards(record)
    groups, equal = len(rewards) // group, equal_groups(rewards, group)
    unscored = sum(reward is None for reward in rewards)
    said = []
    if groups and equal == groups:
        said.append(
            f"All rewards were equal within each of {groups:,} groups: every advantage was 0, and nothing was learned. "
            "Check the reward, or sample at a higher temperature."
        )
    elif 2 * equal > groups:
        said.append(f"All rewards were equal within {equal:,} of {groups:,} groups, which taught nothing.")
    if unscored:
        said.append(f"{unscored:,} of {len(rewards):,} answers could not be scored and had no loss.")
    return tuple(said)


def _row(prompt: Prompt) -> str:
    return sha256(str(encode(prompt)).encode()).hexdigest()
