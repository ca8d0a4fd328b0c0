"""Memory of an earlier run: calls that are in its trace are answered from the trace, not by a model.

Three uses of one mechanism. Replay: every call must be in the trace, and every event must be used.
Resume: what is in the trace is not asked again, the rest is. Fork: one event is edited; calls that still
read the same are answered from the trace, the rest is asked again.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from .errors import BadScenario, Divergence
from .event import CONDUCTOR, Event
from .failure import Failure
from .message import Message
from .trace_index import Listed, TraceIndex

Mode = Literal["replay", "resume", "fork"]
KEPT: Final = 512
"""The questions whose calls are kept in memory: more than are open at once."""

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
    """The calls of a trace, by question, agent and turn; of a trace on disk those of open questions are in memory.

    >>> from symposia.agents import Answer, Ask
    >>> ask, reply = Ask(text="2 + 2?"), Answer(text="four")
    >>> asked = Event(0, None, "q1", CONDUCTOR, "amber", 0, ask, 0.0)
    >>> memory = Memory([asked, Event(1, 0, "q1", "amber", CONDUCTOR, 0, reply, 0.1)], "replay")
    >>> memory.recall("q1", (CONDUCTOR, "amber"), 0, ask).reply.message.text
    'four'
    """

    def __init__(self, events: Iterable[Event] | TraceIndex, mode: Mode) -> None:
        self.mode = mode
        self._events = events if isinstance(events, TraceIndex) else Listed(list(events))
        self._used = bytearray(len(self._events.calls))
        self._open: OrderedDict[str, Calls] = OrderedDict()
        self._ends: dict[str, int] | None = None

    def of(self, question: str) -> list[Event]:
        """The events of a question, in order."""
        return list(self._events.of(question))

    def _calls(self, question: str) -> "Calls":
        """The calls of a question; those that were recalled last are kept."""
        found = self._open.get(question)
        if found is None:
            found = self._open[question] = Calls(self._events.of(question), keep_unfinished=self.mode == "replay")
            if len(self._open) > KEPT:
                self._open.popitem(last=False)
        self._open.move_to_end(question)
        return found

    def recall(self, question: str, route: tuple[str, str], turn: int, message: Message) -> Recalled | None:
        """The recorded call; None if it has to be made.

        Raises `Divergence` and names the event where the run differs from its trace and may not.
        """
        sender, to = route
        calls = self._calls(question)
        event = calls.asked.get((to, turn))
        if event is None and self.mode == "replay":
            raise Divergence(f"{question}: {sender} -> {to} (turn {turn}) is not in the trace. {SAME_VERSION}")
        if event is None or (self.mode == "fork" and event.message != message):
            return None
        if event.message != message or event.sender != sender:
            raise Divergence(f"{question}: {event} says {event.message!r}, this run says {message!r}. {SAME_VERSION}")
        self._used[event.seq] = True
        return Recalled(event, calls.replied.get(event.seq))

    def last(self, question: str) -> int:
        """The number of the last reply to a question, at any depth of it; -1 without one."""
        if self._ends is None:  # it is rarely wanted, and takes a look at every event
            self._ends = {}
            for event in self._events:
                if event.to == CONDUCTOR:
                    self._ends[self._root(event.question)] = event.seq
        return self._ends.get(self._root(question), -1)

    def answers(self, name: str, path: str = "", *, judging: bool = False) -> int:
        """The number of answers that an agent gave, of the team at this path of names in other teams, or a judge."""
        return sum(
            event.sender == name
            and self._path(event.question) == path
            and event.question.endswith("/grade") == judging
            and event.seq in self._calls(event.question).numbers
            for event in self._events
            if event.to == CONDUCTOR != event.sender and event.cause is not None
        )

    def _root(self, question: str) -> str:
        """The question that one of a nested team belongs to: `test/3` for `test/3/amber.0`."""
        return self._outer(question)[0]

    def _path(self, question: str) -> str:
        """The names of the agents that are teams, down to the one that asks this question."""
        return "/".join(self._outer(question)[1])

    def _outer(self, question: str) -> tuple[str, list[str]]:
        """The outermost question, and the names of the agents that asked on from there to this one."""
        names: list[str] = []
        while True:
            outer, _, call = question.rpartition("/")
            name, _, turn = call.rpartition(".")
            if not turn.isdecimal() or not self._calls(outer).has(name, int(turn)):
                return question, names
            question, names = outer, [name, *names]

    def check_used(self) -> None:
        """Raise `Divergence` if calls of the trace were not made."""
        marks = zip(self._events.calls, self._used, strict=True)
        unused = [seq for seq, (is_call, used) in enumerate(marks) if is_call and not used and not self._again(seq)]
        if unused:
            first, more = self._events.at(unused[0]), len(unused) - 1
            raise Divergence(f"{first.question}: {first} did not happen again, nor {more} more. {SAME_VERSION}")

    def _again(self, seq: int) -> bool:
        """True if a call was made again later in the trace, as after a kill before its reply came."""
        event = self._events.at(seq)
        return self._calls(event.question).asked[event.to, event.turn].seq != seq


class Calls:
    """The calls of one question, by agent and turn, and their replies, by the number of the call.

    Unless they are to be kept, calls that have no reply, or a failure for one, are forgotten: they are made again.

    >>> from symposia.agents import Ask
    >>> asked = Event(0, None, "q1", CONDUCTOR, "amber", 0, Ask(text="2 + 2?"), 0.0)
    >>> [len(Calls([asked], keep_unfinished=keep).asked) for keep in (True, False)]
    [1, 0]
    """

    def __init__(self, events: Sequence[Event], *, keep_unfinished: bool) -> None:
        self.asked: dict[tuple[str, int], Event] = {}
        self.replied: dict[int, Event] = {}
        self._made: set[tuple[str, int]] = {(event.to, event.turn) for event in events}
        for event in events:
            if event.to == CONDUCTOR != event.sender and event.cause is not None:
                self.replied[event.cause] = event
            else:
                self.asked[event.to, event.turn] = event
        if not keep_unfinished:
            self._forget_unfinished()
        self.numbers = {event.seq for event in self.replied.values()}

    def has(self, name: str, turn: int) -> bool:
        """True if this agent was asked, at this turn."""
        return (name, turn) in self._made

    def _forget_unfinished(self) -> None:
        for place, event in list(self.asked.items()):
            reply = self.replied.get(event.seq)
            if (reply is None and event.sender == CONDUCTOR != event.to) or (
                reply is not None and isinstance(reply.message, Failure)
            ):
                del self.asked[place]
                self.replied.pop(event.seq, None)


def edited(events: Iterable[Event], seq: int, message: Message) -> list[Event]:
    """The events with another message in event `seq`, to fork a run from. Raises `BadScenario` for no such event."""
    events = list(events)
    if not 0 <= seq < len(events):
        known = f"events 0 to {len(events) - 1}" if events else "no events"
        raise BadScenario(f"event {seq}: not in the trace. It has {known}.")
    return [replace(event, message=message) if event.seq == seq else event for event in events]
