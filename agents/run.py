"""What all teams of one run share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .budget import Budget
from .message import Sampling
from .models.base import Approximation
from .replay import Memory
from .trace import Trace
from .voting import Reader, as_written

if TYPE_CHECKING:
    from autogen_core import AgentId


class StartedRuntime(Protocol):
    """What a question needs of autogen-core's `AgentRuntime`, and the start and stop that every runtime has."""

    async def register_factory(self, type: str, agent_factory: Any, *, expected_class: Any = None) -> Any:  # noqa: A002, ANN401
        """Say how agents of a type are made."""
        ...

    async def send_message(self, message: Any, recipient: "AgentId") -> Any:  # noqa: ANN401
        """Ask an agent."""
        ...

    async def save_state(self) -> Mapping[str, Any]:
        """The state of all agents."""
        ...

    async def load_state(self, state: Mapping[str, Any]) -> None:
        """Set the state of agents."""
        ...

    def start(self) -> None:
        """Start delivering."""
        ...

    async def stop(self) -> None:
        """Stop delivering."""
        ...


@dataclass(frozen=True)
class Run:
    """Seed, sampling, limits, trace and memory of a run.

    `read` is how answers are compared; `personas` are system turns by agent; `budget` holds for each
    question; `deadline` is the seconds an agent may take for one message; `runtime` makes the runtime
    of each question, ours by default, or any other that speaks autogen-core's `AgentRuntime`.
    `approximations` says of which peers the run saw no whole distributions, and how far off it was.
    """

    seed: int = 0
    sampling: Sampling = field(default_factory=Sampling)
    personas: Mapping[str, str] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    deadline: float | None = None
    read: Reader = as_written
    trace: Trace = field(default_factory=Trace)
    memory: Memory | None = None
    runtime: Callable[[], StartedRuntime] | None = None
    approximations: dict[str, Approximation] = field(default_factory=dict)
