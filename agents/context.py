"""The settings and state that all teams of one run share."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answer_store import AnswerStore
from .budget import Budget
from .host import AgentHost, StartedRuntime
from .message import Sampling
from .models.listening import Listening
from .models.sessions import Approximation
from .replay import Memory
from .timing import Timings
from .trace import Trace
from .voting import Reader, as_written


@dataclass(frozen=True)
class Context:
    """Seed, sampling, limits, trace, memory and agents of a run.

    `read` is how answers are compared; `personas` are system turns and `samplings` changes to the sampling, by
    agent; members of `blind` are not shown images; `budget` holds for each question; `deadline` is the seconds an agent
    may take for one message; `runtime` makes the runtime of the run, ours by default, or any other that speaks
    autogen-core's `AgentRuntime`. `approximations` are the errors of distributions that were rebuilt from their
    likeliest tokens, by peer; `proofs` counts the tokens that whole distributions would give too, proven or left open
    (`decoding.certificate`); `omitted` are the sampling parameters that were not sent since a provider takes none, by
    agent. `answers` is a store of answers that several runs share.
    `listening` hears the answer of a team while it is written, `timings` are where the time of calls went. `host` holds
    the started runtime.

    >>> Context(seed=7).sampling.temperature
    0.0
    """

    seed: int = 0
    sampling: Sampling = field(default_factory=Sampling)
    personas: Mapping[str, str] = field(default_factory=dict)
    samplings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    blind: frozenset[str] = frozenset()
    budget: Budget = field(default_factory=Budget)
    deadline: float | None = None
    read: Reader = as_written
    trace: Trace = field(default_factory=Trace)
    memory: Memory | None = None
    runtime: Callable[[], StartedRuntime] | None = None
    approximations: dict[str, Approximation] = field(default_factory=dict)
    proofs: Counter[str] = field(default_factory=Counter)
    omitted: dict[str, set[str]] = field(default_factory=dict)
    answers: AnswerStore | None = None
    listening: Listening | None = None
    timings: Timings = field(default_factory=Timings)
    host: AgentHost = field(default_factory=AgentHost)

    def new_runtime(self) -> StartedRuntime:
        """The runtime that the run is to have, not started yet."""
        if self.runtime is not None:
            return self.runtime()
        from .runtime.local import LocalRuntime

        return LocalRuntime(deadline=self.deadline)
