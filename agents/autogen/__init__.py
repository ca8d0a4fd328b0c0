"""Bridges to AgentChat, both ways: models and teams of ours in its teams, and its agents and teams in ours.

AssistantAgent("solver", model_client=Client(load("pocket:arithmetic")))
RoundRobinGroupChat([Participant("panel", Collective(team, debate.answer)), ...])
Team({"solver": Agentic(AssistantAgent(...)), "committee": Grouped(RoundRobinGroupChat(...))})
"""

from .agent import Agentic
from .client import Client
from .grouped import Grouped
from .participant import Participant

__all__ = ["Agentic", "Client", "Grouped", "Participant"]
