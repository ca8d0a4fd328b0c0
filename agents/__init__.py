"""The kernel: agents, the messages they exchange, teams of them, and the models behind them.

What is named here is loaded when it is first used, so that importing one module of the kernel loads no other.
"""

if __name__ == "agents":
    raise ImportError("import symposia.agents, not agents: two copies of a message type never match.")

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .accounting import Usage
    from .agent import Agent, handles
    from .budget import Budget
    from .collective import Collective
    from .context import Context
    from .lm_agent import LMAgent
    from .loading import load
    from .message import Answer, Ask, Message, Prompt, Sampling
    from .models.base import Open, Stepper, Writer
    from .options import ProtocolOptions, takes
    from .team import Team
    from .turn import Turn

_WHERE: Final = {
    "Usage": "accounting",
    "Agent": "agent",
    "handles": "agent",
    "Budget": "budget",
    "Collective": "collective",
    "Context": "context",
    "LMAgent": "lm_agent",
    "load": "loading",
    "Answer": "message",
    "Ask": "message",
    "Message": "message",
    "Prompt": "message",
    "Sampling": "message",
    "Turn": "message",
    "Open": "models.base",
    "Stepper": "models.base",
    "Writer": "models.base",
    "ProtocolOptions": "options",
    "takes": "options",
    "Team": "team",
}

__all__ = [
    "Agent",
    "Answer",
    "Ask",
    "Budget",
    "Collective",
    "Context",
    "LMAgent",
    "Message",
    "Open",
    "Prompt",
    "ProtocolOptions",
    "Sampling",
    "Stepper",
    "Team",
    "Turn",
    "Usage",
    "Writer",
    "handles",
    "load",
    "takes",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has the name
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
