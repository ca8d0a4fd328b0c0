"""Memory of an earlier run: calls that are in its trace are answered from the trace, not by a model.

Three uses of one mechanism. Replay: every call must be in the trace, and every event must be used.
Resume: what is in the trace is not asked again, the rest is. Fork: one event is edited; calls that still
read the same are answered from the trace, the rest is asked again.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from .errors import BadScenario, Divergence
from .event import CONDUCTOR, Event
from .failure import Failure
from .message import Message

Mode = Literal["replay", "resume", "fork"]
SAME_VERSION: Final = "Replay with the scenario and the version of symposia that wrote the trace."


class Recalled(NamedTuple):
    """A call in the trace and its reply, None where the trace has none.

    >>> from symposia.agents import Ask
    >>> asked = Event(0, None, "q1", CONDUCTOR, "amber", 0, Ask(text="2 + 2?"), 0.0)
    >>> Recalled(asked, None).reply is None
    True
    """

    asked: Event
    reply: Event | None


class Memory:
    """The calls of a trace, by question, agent and turn.

    >>> from symposia.agents import Answer, Ask
    >>> ask, reply = Ask(text="2 + 2?"), Answer(text="four")
    >>> asked = Event(0, None, "q1", CONDUCTOR, "amber", 0, ask, 0.0)
    >>> memory = Memory([asked, Event(1, 0, "q1", "amber", CONDUCTOR, 0, reply, 0.1)], "replay")
    >>> memory.recall("q1", (CONDUCTOR, "amber"), 0, ask).reply.message.text
    'four'
    """

    def __init__(self, events: Iterable[Event], mode: Mode) -> None:
        self.mode = mode
        self._asked: dict[tuple[str, str, int], Event] = {}
        self._replied: dict[int, Event] = {}
        self._outer: dict[str, tuple[str, str]] = {}
        self._last: dict[str, int] = {}
        for event in events:
            self._outer[f"{event.question}/{event.to}.{event.turn}"] = event.question, event.to
            if event.to == CONDUCTOR:
                self._last[self._root(event.question)] = event.seq
            if event.to == CONDUCTOR != event.sender and event.cause is not None:
                self._replied[event.cause] = event
            else:
                self._asked[event.question, event.to, event.turn] = event
        if mode != "replay":
            self._forget_unfinished()
        self._unused = set(self._asked)

    def _forget_unfinished(self) -> None:
        for place, event in list(self._asked.items()):
            reply = self._replied.get(event.seq)
            if (reply is None and event.sender == CONDUCTOR != event.to) or (
                reply is not None and isinstance(reply.message, Failure)
            ):
                del self._asked[place]
                self._replied.pop(event.seq, None)

    def recall(self, question: str, route: tuple[str, str], turn: int, message: Message) -> Recalled | None:
        """The recorded call; None if it has to be made.

        Raises `Divergence` and names the event where the run differs from its trace and may not.
        """
        sender, to = route
        event = self._asked.get((question, to, turn))
        if event is None and self.mode == "replay":
            raise Divergence(f"{question}: {sender} -> {to} (turn {turn}) is not in the trace. {SAME_VERSION}")
        if event is None or (self.mode == "fork" and event.message != message):
            return None
        if event.message != message or event.sender != sender:
            raise Divergence(f"{question}: {event} says {event.message!r}, this run says {message!r}. {SAME_VERSION}")
        self._unused.discard((question, to, turn))
        return Recalled(event, self._replied.get(event.seq))

    def last(self, question: str) -> int:
        """The number of the last reply to a question, at any depth of it; -1 without one."""
        return self._last.get(self._root(question), -1)

    def answers(self, name: str, path: str = "", *, judging: bool = False) -> int:
        """The number of answers that an agent gave, of the team at this path of names in other teams, or a judge."""
        replies = [event.question for event in self._replied.values() if event.sender == name]
        return sum(self._path(question) == path and question.endswith("/grade") == judging for question in replies)

    def _root(self, question: str) -> str:
        """The question that one of a nested team belongs to: `test/3` for `test/3/amber.0`."""
        while question in self._outer:
            question = self._outer[question][0]
        return question

    def _path(self, question: str) -> str:
        """The names of the agents that are teams, down to the one that asks this question."""
        names: list[str] = []
        while question in self._outer:
            question, name = self._outer[question]
            names.insert(0, name)
        return "/".join(names)

    def check_used(self) -> None:
        """Raise `Divergence` if calls of the trace were not made."""
        if self._unused:
            first = min((self._asked[place] for place in self._unused), key=lambda event: event.seq)
            raise Divergence(
                f"{first.question}: {first} did not happen again, nor {len(self._unused) - 1} more. {SAME_VERSION}"
            )


def edited(events: Iterable[Event], seq: int, message: Message) -> list[Event]:
    """The events with another message in event `seq`, to fork a run from. Raises `BadScenario` for no such event."""
    events = list(events)
    if not 0 <= seq < len(events):
        known = f"events 0 to {len(events) - 1}" if events else "no events"
        raise BadScenario(f"event {seq}: not in the trace. It has {known}.")
    return [replace(event, message=message) if event.seq == seq else event for event in events]
