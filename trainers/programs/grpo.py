"""Group relative policy optimization on rewards of your own: an adapter, or all weights, over TRL.

It takes the place of PPO, which TRL no longer has. RLOO is `baseline: leave_one_out` with `loss: sequence`.
"""

from pathlib import Path
from typing import Any, Final

from ..finetuning.settings import GroupSettings, Lora

ADAPTER: Final = Lora()
DEFAULTS: Final = GroupSettings()


def train(  # noqa: PLR0913 - the parameters are the options of the trainer
    directory: Path,
    prompts: object = None,
    *,
    model: str,
    data: Path,
    reward: Path,
    dev: Path | float | None = None,
    called: str = "policy",
    lora: Lora | None = ADAPTER,
    adapter: Path | None = None,
    settings: GroupSettings = DEFAULTS,
) -> list[str]:
    """Train on the prompts of a file; returns the name of the policy that was made.

    `reward` is a Python file with `async def reward(rollouts, rows)`, which returns a number or None for each answer;
    `rows` are their rows of the data.
    """
    from ..finetuning.data import Rows, read_prompts, read_rows
    from ..finetuning.from_file import base_model, made, parts, policy_of, tell
    from ..finetuning.group import grpo
    from ..finetuning.reward_file import reward_of

    base = base_model(model)

    def both(path: Path) -> Rows[Any]:
        return Rows(tuple(zip(read_prompts(path), read_rows(path), strict=True)), 0)

    train_on, held_out, said = parts(both, data, dev, settings.seed)
    policy = policy_of(base, called, lora, adapter, settings.seed)
    scored = reward_of(reward, [*train_on, *held_out])
    asked, measured = ([prompt for prompt, _ in part] for part in (train_on, held_out))
    return made(grpo(policy, asked, scored, settings, out=directory, dev=measured, tell=tell), said)


def plan(options: Any) -> dict[str, Any]:  # noqa: ANN401 - those of `train`, by name
    """What `train` would do, as facts by name."""
    from ..finetuning.data import read_prompts
    from ..finetuning.from_file import held_out, on_dev, planned, steps_of

    asked, settings = read_prompts(options.data), options.settings
    share = held_out(options, len(asked))
    steps = steps_of(settings, len(asked) - share, whole=True)
    return planned(
        options,
        prompts=len(asked) - share,
        dev=on_dev(options, share),
        answers=steps * settings.batch * settings.samples,
        steps=steps,
        reward=f"{options.reward} (runs code)",
        makes=options.called,
    )
