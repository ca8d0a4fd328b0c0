"""Bridges to AgentChat: a writer as an AgentChat agent's model client, and an AgentChat agent as a writer.

AssistantAgent("solver", model_client=Client(load("pocket:arithmetic")))
AssistantAgent("solver", model_client=Client(Collective(team, debate.answer)))
Team({"solver": Agentic(AssistantAgent(...)), "checker": load("pocket:strings")})
"""

from .agent import Agentic
from .client import Client

__all__ = ["Agentic", "Client"]
