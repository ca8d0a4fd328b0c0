"""What a GRPO training does at each step besides TRL's: sampling before it, publishing and measuring after it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from ...agents.message import Prompt
from .place import in_loop
from .rollouts import Rollouts
from .session import Session


class EachStep(TrainerCallback):
    """Samples a step when TRL asks for one, publishes the weights after it, and measures dev now and then.

    >>> issubclass(EachStep, TrainerCallback)
    True
    """

    def __init__(
        self, session: Session, rollouts: Rollouts, dev: Sequence[Prompt], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._session, self._rollouts, self._dev, self._loop = session, rollouts, dev, loop
        self._means: list[float] = []

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Answer with the weights of the checkpoint, under the version that they had."""
        if state.global_step:
            self._session.policy.version = self._session.lineage.version + state.global_step
            self._session.policy.refresh()

    def sampled(self, prompts: list[str], trainer: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - TRL's
        """The rollouts of the rows of these prompts, as TRL reads them."""
        number = int(trainer.state.global_step)
        step = self._awaited(self._rollouts.step(number, [int(row) for row in prompts]))
        self._means += [] if step.mean is None else [step.mean]
        return dict(step.fields())

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> TrainerControl:
        """Publish the new weights, and measure them on dev when it is time."""
        policy, settings = self._session.policy, self._session.settings
        policy.publish()
        if self._dev and (state.global_step % settings.dev_every == 0 or state.global_step >= state.max_steps):
            value = self._awaited(self._rollouts.dev(self._dev))
            if value is not None:
                self._session.curve.add(state.global_step, {"dev_reward": value}, of=state.max_steps)
                control.should_training_stop |= not self._session.selection.measured(state.global_step, value)
        return control

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        """Add the mean reward since the last log to it."""
        if logs is not None and self._means and "loss" in logs:
            logs["reward_mean"] = sum(self._means) / len(self._means)
            self._means = []

    def _awaited(self, work: Any) -> Any:  # noqa: ANN401 - a coroutine and its result
        return in_loop(work, self._loop, self._session.place.stop)
