"""What a trainer of TRL's does after a measurement of the loss on dev."""

from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from .selection import Selection


class OnDev(TrainerCallback):
    """Keeps the weights of the least loss on dev, and ends the training when it has not become less for long.

    >>> issubclass(OnDev, TrainerCallback)
    True
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        """Compare the loss with those before it."""
        loss = float((metrics or {})["eval_loss"])
        if not self._selection.measured(state.global_step, -loss):
            control.should_training_stop = True


def on_dev(selection: Selection, every: int, *, measured: bool) -> tuple[list[TrainerCallback], dict[str, Any]]:
    """The callbacks and the arguments of a training with a dev set, both empty without one.

    The last step is measured, too.
    """
    if not measured:
        return [], {}
    return [OnDev(selection)], {"eval_strategy": "steps", "eval_steps": every}
