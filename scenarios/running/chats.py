"""Simulated conversations as JSON: what `symposia simulate --json` prints, and the chat lines that trainers read.

Models wrote the texts, so all that is not ASCII is escaped: a control character or half a surrogate pair cannot
move a cursor or break a line.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...agents.durable import replace
from . import conversation_facts
from .conversations import Conversation, Simulation


def as_json(simulation: Simulation) -> str:
    """All turns of the conversations, the report and the run directory, as a JSON object."""
    finished = simulation.finished
    content = {
        "conversations": [{**facts(one), "turns": messages(one.turns)} for one in simulation.conversations],
        "summary": summary(simulation),
        "report": finished.report.model_dump(mode="json"),
        "directory": str(finished.directory),
    }
    return json.dumps(content, indent=2)


def summary(simulation: Simulation) -> Mapping[str, Any] | None:
    """What the conversations have in common; None where there are none."""
    if not simulation.conversations:
        return None
    found = conversation_facts.facts(simulation.conversations)
    return {**found._asdict(), "success": asdict(found.success)}


def chat(conversation: Conversation) -> dict[str, Any]:
    """A conversation as a row of a chat data set: `messages` is what the assistant last read, and its reply.

    The user's last message, which ends the conversation, is not among them: the assistant never read it.

    >>> from symposia.agents import Turn
    >>> turns = (Turn("user", "sort c a"), Turn("assistant", "a c"))
    >>> chat(Conversation("sort c a", [], "", "7", "done", 1.0, turns))["messages"][1]
    {'role': 'assistant', 'content': 'a c'}
    """
    return {"messages": messages((turn.role, turn.text) for turn in conversation.chat), **facts(conversation)}


def write_chats(path: Path, conversations: Sequence[Conversation]) -> int:
    """Write a line for each conversation in which the assistant spoke; returns their number. Raises `CannotWrite`."""
    lines = [json.dumps(chat(one)) + "\n" for one in conversations if one.chat]
    replace(path, "".join(lines).encode())
    return len(lines)


def facts(conversation: Conversation) -> Mapping[str, Any]:
    """The id, goal, ending and score of a conversation, and its number among those of the goal."""
    return {
        "id": conversation.id,
        "rollout": conversation.rollout,
        "goal": conversation.goal,
        "ending": conversation.stop,
        "score": conversation.score,
    }


def messages(turns: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Turns as chat messages."""
    return [{"role": role, "content": text} for role, text in turns]
