"""What a scenario file may say. Unknown keys are errors, here and everywhere below."""

from typing import Any, Literal

from pydantic import Field

from ...agents.budget import Budget
from ...agents.frozen import Frozen
from ...agents.message import Sampling


class Use(Frozen):
    """A protocol by its name, and its options."""

    use: str
    options: dict[str, Any] = Field(default_factory=dict)


class Nest(Frozen):
    """A team in a model's place: it answers by its protocol."""

    protocol: Use
    team: tuple["Member", ...] = Field(min_length=1)
    topology: str | dict[str, Any] | None = None


class Member(Frozen):
    """An agent: its name, the URL of its model or a team, and what it is told it is (a system turn)."""

    name: str
    model: str | Nest
    persona: str = ""


class TaskUse(Frozen):
    """A task by its name: which items. `data` is a file, relative to the scenario file."""

    use: str
    data: str | None = None
    split: Literal["dev", "test"] = "test"
    limit: int | None = Field(default=None, ge=1)
    dev_limit: int | None = Field(default=100, ge=1)
    options: dict[str, Any] = Field(default_factory=dict)


class Scenario(Frozen):
    """One experiment: who, on which topology, by which protocol, on which task, measured how.

    `concurrency` is how many questions are open at once; `deadline` the seconds an agent may take for a
    message; without `baselines` only the protocol is run, and compared with nothing. `against` are models
    that take no part and have to be beaten too.
    """

    protocol: Use
    team: tuple[Member, ...] = Field(min_length=1)
    topology: str | dict[str, Any] | None = None
    task: TaskUse
    metrics: tuple[str, ...] = ("accuracy", "cost")
    sampling: Sampling = Sampling()
    budget: Budget = Budget()
    deadline: float | None = Field(default=None, gt=0)
    concurrency: int = Field(default=32, ge=1)
    baselines: bool = True
    against: tuple[Member, ...] = ()
    seed: int = Field(default=0, ge=0)
