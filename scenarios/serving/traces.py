"""The traces of requests, in memory or each in a folder of its own, and what streams tell of them."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ...agents.durable import replace
from ...agents.event import CONDUCTOR, Event
from ...agents.message import Answer, Message
from ...agents.parts import Tool
from ...agents.replay import Memory
from ...agents.trace import Trace
from ...agents.trace_index import TraceIndex
from ...agents.turn import Turn
from .offered import Asked, Offered, Run, Said, find

FILE: Final = "trace.jsonl"
REQUEST: Final = "request.json"
Watch = Callable[[Event], None]


class WatchedTrace(Trace):
    """A trace that calls `watch` with each event.

    >>> from symposia.agents import Ask
    >>> seen = []
    >>> trace = WatchedTrace(None, seen.append)
    >>> [trace.add(None, "served", (CONDUCTOR, "amber"), 0, Ask(text="2 + 2?"))] == seen
    True
    """

    def __init__(self, path: Path | None, watch: Watch) -> None:
        super().__init__(path, run=PLACEHOLDER if path else "")
        self._watch = watch

    def add(self, cause: int | None, question: str, route: tuple[str, str], turn: int, message: Message) -> Event:
        """Append a delivery, and tell of it."""
        event = super().add(cause, question, route, turn, message)
        self._watch(event)
        return event


PLACEHOLDER: Final = "served"
"""What the header of a request's trace names as its run."""


@contextmanager
def traced(folder: Path | None, request: str, watch: Watch) -> Iterator[Trace]:
    """A context with the trace of a request: in `folder/request`, or in memory."""
    path = None
    if folder is not None:
        path = folder / request / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
    trace = WatchedTrace(path, watch)
    try:
        yield trace
    finally:
        trace.close()


def note(folder: Path | None, request: str, offered: Offered, asked: Asked, choices: int) -> None:
    """Write what was asked beside its trace, so that it can be replayed; its token is not part of it."""
    if folder is None:
        return
    about: dict[str, Any] = {
        "model": offered.name,
        "seed": asked.seed,
        "choices": choices,
        "changes": {**asked.changes, "tools": [tool.model_dump() for tool in asked.changes.get("tools", ())]},
        "turns": [turn.model_dump(mode="json") for turn in asked.turns],
    }
    if not about["changes"]["tools"]:
        del about["changes"]["tools"]
    replace(folder / request / REQUEST, (json.dumps(about, indent=2) + "\n").encode(), sync=False)


def progress(event: Event) -> dict[str, Any] | None:
    """What a stream says of an event: who was asked, and who answered after how many seconds; else None.

    The texts of the rounds before stay in the trace.
    """
    if event.sender == CONDUCTOR and event.to != CONDUCTOR:
        return {"asked": event.to, "turn": event.turn, "place": event.question, "seconds": round(event.seconds, 3)}
    if event.to == CONDUCTOR and isinstance(event.message, Answer):
        said = {"answered": event.sender, "turn": event.turn, "place": event.question}
        return said | {"seconds": round(event.seconds, 3), "tokens": event.message.usage.completion_tokens}
    return None


async def replayed(offered: Sequence[Offered], folder: Path) -> list[Said]:
    """The answers of a request whose trace was kept, again, without asking a model. Raises `Divergence`, `BadTrace`."""
    about = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    changes = dict(about["changes"])
    changes |= {"stop": tuple(changes["stop"])} if "stop" in changes else {}
    changes |= {"tools": tuple(Tool.model_validate(tool) for tool in changes["tools"])} if "tools" in changes else {}
    asked = Asked(tuple(Turn.model_validate(turn) for turn in about["turns"]), changes, about["seed"])
    memory = Memory(TraceIndex(folder / FILE), "replay")
    one = find(offered, about["model"])
    found = [await one.said(asked, choice, Run(memory=memory)) for choice in range(about["choices"])]
    memory.check_used()
    return found
