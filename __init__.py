"""Language models that work together: agents, typed messages, topologies, protocols.

    from symposia import Ask, Team, load
    from symposia.protocols.text import debate
    from symposia.topologies import ring

What is named here is loaded when it is first used: importing `symposia` loads nothing else.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .agents import Answer, Ask, Collective, Context, Prompt, Sampling, Team, load
    from .scenarios.from_python import run, simulate

_SCENARIOS = ("run", "simulate")

__all__ = ["Answer", "Ask", "Collective", "Context", "Prompt", "Sampling", "Team", "load", "run", "simulate"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has the name
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{'scenarios.from_python' if name in _SCENARIOS else 'agents'}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
