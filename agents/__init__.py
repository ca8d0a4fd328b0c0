"""The kernel: agents, the messages they exchange, and the models behind them."""

if __name__ == "agents":
    raise ImportError("import symposia.agents, not agents: two copies of a message type never match.")

from .accounting import Usage
from .agent import Agent, handles
from .lm_agent import LMAgent
from .message import Answer, Ask, Message, Prompt, Sampling, Turn
from .models.base import Open, Stepper, Writer
from .team import Team

__all__ = [
    "Agent",
    "Answer",
    "Ask",
    "LMAgent",
    "Message",
    "Open",
    "Prompt",
    "Sampling",
    "Stepper",
    "Team",
    "Turn",
    "Usage",
    "Writer",
    "handles",
]
