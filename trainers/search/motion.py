"""The hyperparameters of a particle swarm, with the defaults of the two published versions."""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from ...agents.frozen import Frozen
from .rules import Rule

Version: TypeAlias = Literal["moco", "original"]

Velocity: TypeAlias = Literal["random", "zero", "best"]
"""Initial velocities: towards a random other particle, x_j - x_i; zero; towards the best particle, g - x_i."""

ORIGINAL: Final[Mapping[str, Any]] = {
    "inertia": 0.4,
    "cognitive": 0.3,
    "social": 0.3,
    "repel": 0.3,
    "step_length": 1.0,
    "iterations": 201,  # 200 moves: the first round scores where particles start
    "patience": 10,
    "restart_patience": 5,  # half of its patience
}
"""The defaults of the original repository where they differ from MoCo's; its scripts restart after 7 rounds."""


class Motion(Frozen):
    """The hyperparameters of a particle swarm.

    `like` selects the defaults: MoCo's, which are those below, or those of the original repository of Model Swarms.
    `iterations` are rounds of scores; `restart_patience` is the number of rounds after its best score at which a
    particle restarts from there. `drop_round` and `drop_one` are the probabilities that a round, or one particle in it,
    is not scored (the original's drop-K and drop-N); `bound` clips every coefficient to [-bound, bound].

    >>> Motion().inertia, Motion(like="original").inertia
    (0.2, 0.4)
    """

    like: Version = "moco"
    inertia: float = 0.2
    cognitive: float = 0.3
    social: float = 0.4
    repel: float = 0.05
    velocity: Velocity = "random"
    random_factors: bool = True
    step_length: float = 0.5
    step_factor: float = 0.95
    minimum_step: float = 0.1
    iterations: int = Field(default=10, ge=1)
    patience: int = Field(default=5, ge=1)
    restart_patience: int = Field(default=3, ge=1)
    rule: Rule = "original"
    drop_round: float = 0.0
    drop_one: float = 0.0
    bound: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _as_the_original(cls, given: Any) -> Any:  # noqa: ANN401 - whatever is given, checked afterwards
        if isinstance(given, Mapping) and given.get("like") == "original":
            return {**ORIGINAL, **given}
        return given
