"""The settings of trainings. The defaults are those of CollabLLM's scripts where they state one."""

from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from ...agents.frozen import Frozen
from .advantage import Baseline, Scale
from .pair import GAP

PROJECTIONS: Final = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The seven linear layers of a Llama's block."""


class Lora(Frozen, tag="lora/1"):
    """A LoRA adapter: rank, alpha, dropout and the names of the linear layers that it changes.

    With `stabilized` the scale is alpha / sqrt(rank) (rsLoRA), else alpha / rank.

    >>> Lora().rank
    32
    """

    rank: int = Field(default=32, ge=1)
    alpha: int = Field(default=16, ge=1)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    stabilized: bool = False
    targets: tuple[str, ...] = Field(default=PROJECTIONS, min_length=1)


class TrainingSettings(Frozen, tag="training_settings/1"):
    """What all trainings have in common.

    A step is one update of the weights, from `batch` rows, of which at most `at_once` are in one forward pass.
    `epochs` is the number of passes over the data, unless `steps` gives the number of steps. `clip` is the largest norm
    of a gradient. `longest` is the most tokens of a row; longer ones are left out. Every `save_every` steps a
    checkpoint is written, of which the last `keep` stay; every `dev_every` steps the dev set is measured. The weights
    at the best measurement are those that stay, and after `patience` measurements without a better one it ends.
    `report_to` names trackers of transformers besides the curve file. `trl` has further arguments of TRL's
    configuration, by their names there.

    >>> TrainingSettings(batch=64, rate=5e-6).schedule
    'cosine'
    """

    model_config = ConfigDict(allow_inf_nan=False)

    rate: float = Field(default=1e-5, gt=0)
    epochs: float = Field(default=1.0, gt=0)
    steps: int | None = Field(default=None, ge=1)
    batch: int = Field(default=16, ge=1)
    at_once: int = Field(default=4, ge=1)
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup: int = Field(default=0, ge=0)
    clip: float = Field(default=1.0, gt=0)
    longest: int = Field(default=4096, ge=2)
    seed: int = Field(default=0, ge=0)
    save_every: int = Field(default=100, ge=1)
    keep: int = Field(default=2, ge=1)
    dev_every: int = Field(default=50, ge=1)
    patience: int | None = Field(default=None, ge=1)
    log_every: int = Field(default=10, ge=1)
    threads: int | None = Field(default=None, ge=1)
    report_to: tuple[str, ...] = ()
    trl: dict[str, Any] = Field(default_factory=dict)


class SupervisedSettings(TrainingSettings, tag="supervised_settings/1"):
    """The settings of supervised training.

    >>> SupervisedSettings().rate
    1e-05
    """


class PreferenceSettings(TrainingSettings, tag="preference_settings/1"):
    """The settings of training from preferences: the loss is DPO's, plus `supervised` times that of the chosen answers.

    `beta` says how much it costs to leave the reference, which is the policy as it began. Pairs whose scores differ by
    less than `gap` are left out.

    >>> PreferenceSettings().beta
    0.1
    """

    beta: float = Field(default=0.1, gt=0)
    supervised: float = Field(default=0.0, ge=0)
    gap: float = Field(default=GAP, ge=0)


class GroupSettings(TrainingSettings, tag="group_settings/1"):
    """The settings of training from rewards: each step has `batch` prompts with `samples` answers each.

    `temperature` and `max_tokens` are those of the answers. `scale` divides advantages by a standard deviation, and
    `baseline` is the group's mean or, for RLOO, that of the others. `beta` is the weight of the divergence from the
    policy as it began, `loss` one of TRL's losses, or `sequence`, RLOO's: the sum over an answer's tokens. `at_once`
    counts answers. With `dev_samples` the dev prompts are answered as often, at the same temperature; 0 answers them
    greedily, once.

    >>> GroupSettings().samples
    8
    """

    rate: float = Field(default=1e-6, gt=0)
    at_once: int = Field(default=16, ge=1)
    samples: int = Field(default=8, ge=2)
    temperature: float = Field(default=1.0, gt=0)
    max_tokens: int = Field(default=512, ge=1)
    scale: Scale = "none"
    baseline: Baseline = "group"
    loss: Literal["dapo", "grpo", "bnpo", "dr_grpo", "cispo", "sequence"] = "dapo"
    beta: float = Field(default=0.0, ge=0)
    dev_samples: int = Field(default=0, ge=0)
