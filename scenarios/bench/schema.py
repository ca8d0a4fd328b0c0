"""The schema of bench files. Unknown keys are errors at every level."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from ...agents.budget import Budget
from ...agents.frozen import Frozen, is_empty
from ...agents.message import Sampling
from ..planning.schema import Member, TaskUse, Use, registered_in

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
"""A name in a bench: it is a folder's, too."""


class BenchProtocol(Use):
    """A protocol with its options, the topology that its team stands in, and the teams and tasks it is for.

    >>> BenchProtocol(use="text/debate", topology="ring").topology
    'ring'
    """

    topology: str | dict[str, Any] | None = Field(default=None, description="Who hears whom: ring, complete, ..")
    teams: tuple[str, ...] | None = Field(
        default=None, min_length=1, exclude_if=is_empty, description="The teams it is for; all if not given."
    )
    tasks: tuple[str, ...] | None = Field(
        default=None, min_length=1, exclude_if=is_empty, description="The tasks it is for; all if not given."
    )
    sampling: Sampling | None = Field(
        default=None, exclude_if=is_empty, description="Sampling parameters instead of those of the bench."
    )


class BenchTask(TaskUse):
    """A task, and how its answers are graded and measured.

    >>> BenchTask(data="popqa").use
    'short_answer'
    """

    grader: Use | None = Field(default=None, description="Grades instead of the task.")
    metrics: tuple[str, ...] = Field(default=("accuracy", "cost"), min_length=1, description="Metrics by name.")

    @model_validator(mode="before")
    @classmethod
    def _graded_as_registered(cls, given: Any) -> Any:  # noqa: ANN401 - what a file says
        known = registered_in(given)
        if known is None or known.grader is None or given.get("grader") is not None:
            return given
        return {**given, "grader": {"use": known.grader, "options": dict(known.grader_options)}}


class Total(Frozen):
    """Limits for a whole bench; None is no limit. `money` is in US dollars, as the models' providers say.

    >>> Total(calls=1000).calls
    1000
    """

    model_config = ConfigDict(allow_inf_nan=False)

    tokens: int | None = Field(default=None, ge=1, description="Prompt and completion tokens.")
    calls: int | None = Field(default=None, ge=1, description="Model calls.")
    seconds: float | None = Field(default=None, gt=0, description="Seconds of this process.")
    money: float | None = Field(default=None, gt=0, description="US dollars.")


class EmergenceUse(Frozen):
    """Extra samples of each member, by which the bench says what no member solves, and what chance alone would add.

    Each member answers each question 2 x `samples` times at temperature 0.7: the first half says which questions no
    member solves, the other half is the null control. A score is right from `threshold` of its range on.

    >>> EmergenceUse().samples
    5
    """

    model_config = ConfigDict(allow_inf_nan=False)

    samples: int = Field(default=5, ge=1, description="Samples for each half; of fewer than 5 the report warns.")
    threshold: float = Field(default=1.0, gt=0, le=1, description="The share of its range from which a score is right.")


class Without(Frozen):
    """Cells that are left out: all of those with these names.

    >>> Without(team="apis", protocol="fusion").task is None
    True
    """

    protocol: str | None = None
    task: str | None = None
    team: str | None = None


class Bench(Frozen):
    """Protocols by tasks by teams by seeds.

    >>> team = (Member(name="a", model="pocket:base"),)
    >>> vote = {"vote": {"use": "text/majority_vote"}}
    >>> Bench(protocols=vote, tasks={"p": {"use": "pocket"}}, teams={"t": team}).seeds
    (0,)
    """

    model_config = ConfigDict(allow_inf_nan=False)

    protocols: dict[Name, BenchProtocol] = Field(min_length=1, description="Protocols by a name of yours.")
    tasks: dict[Name, BenchTask] = Field(min_length=1, description="Tasks by a name of yours.")
    teams: dict[Name, tuple[Member, ...]] = Field(min_length=1, description="Teams by a name of yours.")
    seeds: tuple[int, ...] = Field(default=(0,), min_length=1, description="Each cell is run once a seed.")
    without: tuple[Without, ...] = Field(default=(), description="Cells that are left out.")
    sampling: Sampling = Field(default=Sampling(), description="Sampling parameters; greedy by default.")
    budget: Budget = Field(default=Budget(), description="Limits for one question.")
    total: Total = Field(default=Total(), description="Limits for the whole bench.")
    deadline: float | None = Field(default=None, gt=0, description="Seconds an agent may take for one message.")
    concurrency: int = Field(default=32, ge=1, description="Questions open at once in a cell; never changes a result.")
    at_once: int = Field(default=4, ge=1, description="Cells open at once; never changes a result.")
    baselines: bool = Field(default=True, description="Compare with single models, oracle and equal tokens.")
    emergence: EmergenceUse | None = Field(
        default=None, exclude_if=is_empty, description="Samples of members, for emergence and its null control."
    )
    judges: tuple[Member, ...] = Field(default=(), exclude_if=is_empty, description="Models that a grader may ask.")
