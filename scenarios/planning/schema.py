"""The schema of scenario files. Unknown keys are errors at every level."""

from collections.abc import Mapping
from difflib import get_close_matches
from operator import not_
from typing import Any, Final, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from ...agents.budget import Budget
from ...agents.faults import Faults
from ...agents.frozen import Frozen, is_empty
from ...agents.message import Sampling
from ...agents.models.api.limits import Limits
from ...evaluators.datasets.files import ENDS
from ...evaluators.datasets.registered import DataSet, registered
from ...evaluators.multiturn.metrics import Metric
from ...evaluators.multiturn.reward import Setting
from ...trainers.multiturn.building import Building

RUNTIMES: Final = ("mqtt://", "mqtts://", "ray://")


class Use(Frozen):
    """A protocol, grader or trainer, by its name, the path of its file or its module, and its options.

    >>> Use(use="text/debate", options={"rounds": 1}).use
    'text/debate'
    """

    use: str = Field(description="A name, ./FILE.py relative to this file, or a module as my_package.my_module.")
    options: dict[str, Any] = Field(default_factory=dict, description="Its options; `symposia list` names them.")


class Nest(Frozen):
    """A team in the place of a model; it answers by its protocol.

    >>> Nest(protocol=Use(use="text/debate"), team=(Member(name="a", model="pocket:base"),)).team[0].name
    'a'
    """

    protocol: Use = Field(description="The protocol of the team.")
    team: tuple["Member", ...] = Field(min_length=1, description="Its members.")
    topology: str | dict[str, Any] | None = Field(default=None, description="The graph of who hears whom.")


class SamplingChanges(Frozen):
    """A member's changes to the scenario's sampling; parameters that are left out are the scenario's.

    >>> SamplingChanges(temperature=0.7).changes()
    {'temperature': 0.7}
    """

    temperature: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    top_p: float | None = Field(default=None, gt=0, le=1)
    top_k: int | None = Field(default=None, ge=1)
    max_tokens: int | None = Field(default=None, ge=1)
    stop: tuple[str, ...] | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that are given."""
        return self.model_dump(exclude_none=True)


class Member(Frozen):
    """An agent: its name, the URL of its model or a nested team, and a persona (a system turn).

    `limits`, `omit` and `logprobs` are for api: models, `template` for models that run in this process.

    >>> Member(name="amber", model="api:openai/gpt-4o-mini", limits=Limits(per_minute=60)).limits.per_minute
    60.0
    """

    name: str = Field(description="Its name in the team.")
    model: str | Nest = Field(description="The URL of its model, as pocket:base, or a team in its place.")
    persona: str = Field(default="", description="A system turn before every prompt.")
    sampling: SamplingChanges | None = Field(default=None, exclude_if=is_empty, description="Changes to `sampling`.")
    limits: Limits | None = Field(default=None, exclude_if=is_empty, description="Rate limits of its server.")
    omit: tuple[str, ...] = Field(default=(), exclude_if=is_empty, description="Parameters that are never sent.")
    template: Literal["chat", "plain"] | None = Field(
        default=None, exclude_if=is_empty, description="The tokenizer's chat template, or bare text for base models."
    )
    logprobs: bool = Field(
        default=False, exclude_if=not_, description="Choose by log-probabilities where its server shows them."
    )
    blind: bool = Field(default=False, exclude_if=not_, description="Give it questions without their images.")


def is_one(count: int) -> bool:
    """True if each question is asked once; files of before there were rollouts stay equal to new ones."""
    return count == 1


class TaskUse(Frozen):
    """A task by its name, and the choice of its items. `data` is a file, relative to the scenario file.

    Without `use` the task and its options are those of the registered data set that `data` names.

    >>> TaskUse(use="pocket", limit=10).split
    'test'
    >>> TaskUse(data="popqa").options
    {'score': 'f1'}
    """

    use: str = Field(description="A name, ./FILE.py relative to this file, or a module.")
    data: str | None = Field(default=None, description="A file, hub:OWNER/NAME, moco:NAME, or a registered data set.")
    split: Literal["dev", "test"] = Field(default="test", description="The split that is reported on.")
    limit: int | None = Field(default=None, ge=1, description="The number of its items.")
    rollouts: int = Field(default=1, ge=1, exclude_if=is_one, description="How often each is asked, by its own seed.")
    dev_limit: int | None = Field(default=100, ge=1, description="The number of dev items.")
    options: dict[str, Any] = Field(default_factory=dict, description="The task's options.")

    @model_validator(mode="before")
    @classmethod
    def _as_registered(cls, given: Any) -> Any:  # noqa: ANN401 - what a file says
        known = registered_in(given)
        if known is None:
            return given
        return {**given, "use": known.use, "options": {**known.options, **(given.get("options") or {})}}


def registered_in(task: object) -> DataSet | None:
    """The registered data set of a task that names no `use`; None for any other."""
    if not isinstance(task, Mapping) or task.get("use") is not None or not isinstance(task.get("data"), str):
        return None
    name = task["data"]
    if name not in registered() and not name.endswith(ENDS) and ":" not in name:
        close = get_close_matches(name, registered(), n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"no data set named {name!r}.{hint} `symposia data list` names them; a file needs a use, too.")
    return registered().get(name)


class BuildUse(Building):
    """The settings by which `symposia build` makes training data: candidates, futures, and what they are scored by.

    >>> BuildUse(metrics=(Metric(use="task"),)).window
    2
    """

    metrics: tuple[Metric, ...] = Field(min_length=1, description="What a conversation is scored by, with weights.")
    futures: int = Field(3, ge=1, le=1000, description="The sampled futures of each candidate.")
    window: int = Field(2, ge=0, le=1000, description="The length of a future: pairs of a user's and an answer.")
    setting: Setting = Field("original", description="How scores become one number: original or verl.")
    system: str = Field("", description="A system turn in the training sets.")
    minimum_gap: float = Field(0.0, ge=0, description="The least difference of scores of a preferred pair.")


class Scenario(Frozen):
    """One experiment: a team on a topology, its protocol, the task, and the metrics.

    `against` are further baselines, models that are not in the team. `judges` are the models that a grader may ask;
    their cost is counted separately.

    >>> team = (Member(name="a", model="pocket:base"),)
    >>> Scenario(protocol=Use(use="text/debate"), team=team, task=TaskUse(use="pocket")).metrics
    ('accuracy', 'cost')
    """

    model_config = ConfigDict(allow_inf_nan=False)

    protocol: Use = Field(description="The protocol of the team.")
    team: tuple[Member, ...] = Field(min_length=1, description="Its members.")
    topology: str | dict[str, Any] | None = Field(default=None, description="Who hears whom: ring, complete, ..")
    task: TaskUse = Field(description="The task and its items.")
    metrics: tuple[str, ...] = Field(default=("accuracy", "cost"), min_length=1, description="Metrics by name.")
    sampling: Sampling = Field(default=Sampling(), description="Sampling parameters; greedy by default.")
    budget: Budget = Field(default=Budget(), description="Limits for one question.")
    deadline: float | None = Field(default=None, gt=0, description="Seconds an agent may take for one message.")
    concurrency: int = Field(default=32, ge=1, description="Questions open at once; never changes a result.")
    baselines: bool = Field(default=True, description="Compare with single models, oracle and equal tokens.")
    control: int | None = Field(
        default=None,
        ge=1,
        exclude_if=is_empty,
        description="Ask the calls of so many questions again without the answers they were shown.",
    )
    against: tuple[Member, ...] = Field(default=(), description="Further baselines: models that are not in the team.")
    seed: int = Field(default=0, ge=0, description="The seed of drawn questions and of all sampling.")
    grader: Use | None = Field(default=None, exclude_if=is_empty, description="Grades instead of the task.")
    judges: tuple[Member, ...] = Field(default=(), exclude_if=is_empty, description="Models that a grader may ask.")
    build: BuildUse | None = Field(
        default=None, exclude_if=is_empty, description="How `symposia build` makes training data of a user loop."
    )
    prepared: str | None = Field(
        default=None,
        exclude_if=is_empty,
        description="A directory of `symposia prepare`, relative to this file: nothing is prepared again.",
    )
    runtime: str | None = Field(
        default=None,
        exclude_if=is_empty,
        description="Who has the models: mqtt://HOST, its workers; ray://HOST, new ones. Never changes a result.",
    )
    hedge: float | None = Field(
        default=None,
        gt=0,
        exclude_if=is_empty,
        description="Over a runtime: the seconds after which a second worker is asked, too. Never changes a result.",
    )
    faults: Faults | None = Field(
        default=None, exclude_if=is_empty, description="Faults that are injected, and members that are made bad ones."
    )

    @field_validator("runtime")
    @classmethod
    def _at_a_broker(cls, given: str | None) -> str | None:
        if given is not None and not given.startswith(RUNTIMES):
            raise ValueError(
                f"{given!r} is no runtime. Write mqtt://HOST, mqtts://USER@HOST over TLS, or ray://HOST:6379."
            )
        return given

    @model_validator(mode="before")
    @classmethod
    def _graded_as_registered(cls, given: Any) -> Any:  # noqa: ANN401 - what a file says
        known = registered_in(given.get("task")) if isinstance(given, Mapping) else None
        if known is None or known.grader is None or given.get("grader") is not None:
            return given
        return {**given, "grader": {"use": known.grader, "options": dict(known.grader_options)}}
