"""The events of a run as columns, which a page reads quickly however many there are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from ...agents.decoding.messages import Decode, Decoded
from ...agents.event import CONDUCTOR, Event
from ...agents.message import Answer
from .badges import SAID_AGAIN, badges_of, bits
from .facts import Facts, facts_of_line, kind_of
from .names import Names
from .pieces import Pieces
from .rightness import UNKNOWN, Rightness
from .texts import Texts
from .written import Written, written

ROOT: Final = re.compile(r"(.*?/\d+)(?:/.*)?")
"""A place in a run and, as its group, the question that it belongs to: `test/12/pair.0` belongs to `test/12`."""


@dataclass(frozen=True)
class Columns:
    """One value an event in each column; an event's number is its place.

    `place`, `sender`, `to`, `kind`, `by` and `finish` are indices of the run's lists of these names; `cause` is -1 for
    none; `text` is the number of a text, -1 for none; `badges` is a set of bits; `right` is 1, 0 or
    -1, unknown; `peers` is an index of `groups`, the models that write together, the first of which is nobody.

    >>> Columns().seconds
    []
    """

    place: list[int] = field(default_factory=list)
    cause: list[int] = field(default_factory=list)
    sender: list[int] = field(default_factory=list)
    to: list[int] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    by: list[int] = field(default_factory=list)
    turn: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    prompt_tokens: list[int] = field(default_factory=list)
    completion_tokens: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    finish: list[int] = field(default_factory=list)
    text: list[int] = field(default_factory=list)
    badges: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    peers: list[int] = field(default_factory=list)


class Reader:
    """Reads events into columns, and what few events have into mappings by their number.

    `names` are the lists that the columns index; `costs`, `notes` and `tokens` are by event, `requests` the numbers of
    requests by the place of the call.

    >>> reader = Reader(Texts(), Rightness(None, {}), Pieces({}))
    >>> reader.read([])
    >>> reader.columns.place
    []
    """

    def __init__(self, texts: Texts, rightness: Rightness, pieces: Pieces) -> None:
        self.columns = Columns()
        self.names = {name: Names() for name in ("place", "agent", "kind", "by", "finish")}
        self.groups: dict[tuple[str, ...], int] = {(): 0}
        self.costs: dict[int, float] = {}
        self.notes: dict[int, dict[str, str]] = {}
        self.tokens: dict[int, Written] = {}
        self.requests: dict[str, int] = {}
        self._texts, self._rightness, self._pieces = texts, rightness, pieces
        self._said: dict[tuple[str, str], list[str]] = {}
        self._right_before: set[tuple[str, str]] = set()

    def read(self, lines: Iterable[tuple[dict[str, Any], Event | None]]) -> None:
        """Append these events."""
        for line, event in lines:
            self._add(line, event, facts_of_line(line, event))

    def _add(self, line: dict[str, Any], event: Event | None, facts: Facts) -> None:
        columns, names = self.columns, self.names
        seq = len(columns.place)
        columns.place.append(names["place"].put(line["question"]))
        columns.cause.append(-1 if line["cause"] is None else line["cause"])
        columns.sender.append(names["agent"].put(line["sender"]))
        columns.to.append(names["agent"].put(line["to"]))
        columns.kind.append(names["kind"].put(kind_of(line)))
        columns.by.append(names["by"].put(facts.by))
        columns.turn.append(line["turn"])
        columns.seconds.append(round(line["seconds"], 5))
        reply = line["to"] == CONDUCTOR != line["sender"]
        self._spent(facts, counted=reply)
        columns.finish.append(names["finish"].put(facts.finish))
        columns.text.append(self._texts.put(facts.text))
        wrote = event is not None and isinstance(event.message, Answer | Decoded) and reply
        right, given_up = self._judged(line, facts) if wrote else (UNKNOWN, False)
        columns.right.append(right)
        again = wrote and self._again(line, facts.text)
        own = badges_of(facts, model_wrote=wrote) | (bits("repeats") if again else 0)
        columns.badges.append(own | (bits("gave_up_right") if given_up else 0))
        together = event.message.peers if event is not None and isinstance(event.message, Decode) else ()
        for peer in together:
            names["agent"].put(peer)
        columns.peers.append(self.groups.setdefault(together, len(self.groups)))
        self._rare(seq, event, facts, wrote=wrote)

    def _spent(self, facts: Facts, *, counted: bool) -> None:
        """The usage of a reply; an answer that is passed on to others costs nothing again."""
        usage = facts.usage
        self.columns.prompt_tokens.append(usage.prompt_tokens if counted else 0)
        self.columns.completion_tokens.append(usage.completion_tokens if counted else 0)
        self.columns.calls.append(usage.calls if counted else 0)

    def _judged(self, line: dict[str, Any], facts: Facts) -> tuple[int, bool]:
        """Whether an answer is right, and whether its agent gave up a right one with it."""
        key = (line["question"], line["sender"])
        right = self._rightness.of(line["question"], facts.text)
        if right == 1:
            self._right_before.add(key)
        return right, right == 0 and key in self._right_before

    def _again(self, line: dict[str, Any], text: str) -> bool:
        """True if an agent says a longer text for the third time in a row."""
        said = self._said.setdefault((line["question"], line["sender"]), [])
        said.append(text)
        return len(text) >= SAID_AGAIN and len(said) >= 3 and set(said[-3:]) == {text}

    def _rare(self, seq: int, event: Event | None, facts: Facts, *, wrote: bool) -> None:
        """Keep what few events have."""
        if facts.usage.cost is not None and self.columns.calls[seq]:
            self.costs[seq] = facts.usage.cost
        asked = getattr(event.message, "place", None) if event is not None else None
        if asked is not None:
            self.requests[asked] = seq
        note = dict(facts.about) | ({"retries": "; ".join(facts.retries)} if facts.retries else {})
        note |= {"error": facts.failure} if facts.failure else {}
        if note:
            self.notes[seq] = note
        found = written(event.message, event.sender, self._pieces) if wrote and event is not None else None
        if found is not None:
            self.tokens[seq] = found


def root_of(place: str) -> str:
    """The question that a place belongs to.

    >>> root_of("test/12/pair.0"), root_of("dev/0-amber/3")
    ('test/12', 'dev/0-amber/3')
    """
    found = ROOT.fullmatch(place)
    return place if found is None else found[1]
