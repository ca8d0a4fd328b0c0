"""The candidate-free control: did reading others' answers help, or only the further call?

Each call of the protocol that was shown answers of others has a twin: the same member, question and limits, a seed of
its own, and no answers. By the number c of right answers that the call was shown:

    delta(c) = mean(score of the call - score of its twin),  c = 0, 1, 2 or more

with intervals over the questions. After https://arxiv.org/abs/2608.18379, of which the abstract was read. A prompt
says in `shows` which of its fields has answers; which ones it shows is found by their words.
"""

import re
from asyncio import Semaphore
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..agents import Answer, Team
from ..agents.concurrency import gather
from ..agents.event import Event
from ..agents.frozen import Frozen
from ..agents.message import Request
from .evaluator import QUESTION_FAILS, Evaluator
from .statistics.intervals import mean_interval
from .task import Item

STAGE: Final = "control"
SEEN: Final = ("no right answer", "one right answer", "several right answers")


class ControlRow(Frozen):
    """The gain of calls that were shown so many right answers over their twins: a mean with its 95 % interval.

    >>> ControlRow(seen="no right answer", calls=8, questions=4, value=0.25, low=None, high=None).calls
    8
    """

    seen: str
    calls: int
    questions: int
    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """The row as a sentence."""
        if self.value is None:
            return f"Control: no call was shown {self.seen}."
        among = "" if self.low is None or self.high is None else f" [{100 * self.low:+.1f}, {100 * self.high:+.1f}]"
        return (
            f"Control: {self.calls} calls that were shown {self.seen} score {100 * self.value:+.1f}{among} points over "
            "the same calls without what they read."
        )


@dataclass(frozen=True)
class Reading:
    """A call that was shown answers: who was asked, with what sampling, what it was shown, and what it said.

    >>> from symposia.agents.message import Ask, Sampling
    >>> asked = Request(prompt=Ask(text="2 + 2?"), sampling=Sampling(), place="q")
    >>> Reading("amber", 1, asked, ("4", "5"), "4").shown
    ('4', '5')
    """

    member: str
    turn: int
    asked: Request
    shown: tuple[str, ...]
    said: str


def readings(events: Iterable[Event]) -> Iterator[Reading]:
    """The calls of one question that were shown answers which were given before, in order."""
    given: dict[str, None] = {}
    waiting: dict[int, tuple[Event, Request, tuple[str, ...]]] = {}
    for event in events:
        message = event.message
        if isinstance(message, Request) and message.prompt.shows:
            shown = found_in(str(getattr(message.prompt, message.prompt.shows)), given)
            waiting[event.seq] = event, message, tuple(shown)
        elif isinstance(message, Answer):
            given[message.text] = None
            asked = waiting.pop(event.cause if event.cause is not None else -1, None)
            if asked is not None and asked[2]:
                yield Reading(asked[0].to, asked[0].turn, asked[1], asked[2], message.text)


def found_in(field: str, texts: Collection[str]) -> list[str]:
    """These texts as often as they stand in a field: the longest first, so that none is counted within another.

    >>> found_in("- 4\\n- It is 4.\\n- 4", ["4", "It is 4.", "5"])
    ['It is 4.', '4', '4']
    """
    found: list[str] = []
    for text in sorted((text for text in texts if text.strip()), key=lambda text: (-len(text), text)):
        field, times = re.subn(rf"(?<!\w){re.escape(text)}(?!\w)", "\0", field)
        found += [text] * times
    return found


async def controlled(
    evaluator: Evaluator, team: Team[Any], items: Sequence[Item], read: Sequence[Sequence[Reading]]
) -> list[ControlRow]:
    """The rows for readings by item, each one asked again without what it was shown. Unscored pairs are left out."""
    at_once = Semaphore(evaluator.concurrency)

    async def one_of(place: int, one: Reading) -> tuple[int, float | None]:
        async with at_once:
            return await compared(evaluator, team, items[place], one, f"{STAGE}/{place}/{one.member}.{one.turn}")

    found: dict[tuple[int, str, int], tuple[int, float | None]] = await gather(
        {(place, one.member, one.turn): one_of(place, one) for place, each in enumerate(read) for one in each}
    )
    rows = []
    for count, seen in enumerate(SEEN):
        pairs = [(place, gain) for (place, _, _), (right, gain) in found.items() if min(right, 2) == count]
        kept = [(place, gain) for place, gain in pairs if gain is not None]
        if not kept:
            rows.append(ControlRow(seen=seen, calls=0, questions=0, value=None, low=None, high=None))
            continue
        places = [place for place, _ in kept]
        interval = mean_interval([gain for _, gain in kept], clusters=places)
        known = {"value": interval.value, "low": interval.low, "high": interval.high}
        rows.append(ControlRow(seen=seen, calls=len(kept), questions=len(set(places)), **known))
    return rows


async def compared(
    evaluator: Evaluator, team: Team[Any], item: Item, one: Reading, place: str
) -> tuple[int, float | None]:
    """The number of right answers a call was shown, and its score less that of its twin.

    The difference is None where one of them is unscored; a twin that fails is.
    """
    sampling = one.asked.sampling
    given: dict[str, Any] = {
        "temperature": sampling.temperature,
        "max_tokens": sampling.max_tokens,
        "stop": sampling.stop,
    }
    alone = team.only([one.member]).at(place)
    try:
        twin = await alone.ask(one.member, item.ask(), **given)
    except QUESTION_FAILS:
        return 0, None
    finally:
        await alone.close()
    scores: dict[str, float | None] = {}
    for number, text in enumerate(dict.fromkeys((one.said, twin.text, *one.shown))):
        grade, _ = await evaluator.judged(item, Answer(text=text), f"{place}/{number}")
        scores[text] = grade.score
    own, other = scores[one.said], scores[twin.text]
    right = sum(scores[text] == 1 for text in one.shown)
    return right, None if own is None or other is None else own - other
