"""A finished run as it is exported: its plan, report, samples, and the calls that its trace holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...agents.accounting import Usage, usage_of
from ...agents.event import Event
from ...agents.message import Answer, Message, Prompt, Request, Sampling
from ...agents.turn import Turn
from ...evaluators.sample import Sample
from ..planning.plan import Plan
from ..reporting.report import Report
from ..running.run_directory import TRACE, read_plan, read_report, read_trace


@dataclass(frozen=True)
class Call:
    """A message to an agent and its reply: the events of both, in the seconds of the run.

    >>> from symposia.agents import Ask
    >>> asked = Event(0, None, "test/0", "conductor", "amber", 0, Ask(text="2 + 2?"), 1.0)
    >>> Call(asked, Event(1, 0, "test/0", "amber", "conductor", 0, Answer(text="4"), 1.5)).text
    '4'
    """

    asked: Event
    replied: Event

    @property
    def agent(self) -> str:
        """The agent that was asked."""
        return self.asked.to

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns that a model was shown; none where the message is not for a model."""
        prompt = self.asked.message.prompt if isinstance(self.asked.message, Request) else self.asked.message
        return prompt.turns() if isinstance(prompt, Prompt) else ()

    @property
    def sampling(self) -> Sampling | None:
        """The sampling that was asked for."""
        return self.asked.message.sampling if isinstance(self.asked.message, Request) else None

    @property
    def text(self) -> str:
        """The reply as text; other messages by their fields."""
        return text_of(self.replied.message)

    @property
    def finish(self) -> str | None:
        """Why the reply ended; None for a message that does not say."""
        return self.replied.message.finish if isinstance(self.replied.message, Answer) else None

    @property
    def usage(self) -> Usage:
        """The tokens of the reply."""
        return usage_of(self.replied.message) or Usage()


@dataclass(frozen=True)
class Recorded:
    """A finished run: `calls` are those of each question, by the first two parts of its place, as `test/0`.

    >>> sorted(Recorded.__dataclass_fields__)[0]
    'began'
    """

    directory: Path
    plan: Plan
    report: Report
    samples: Sequence[Sample]
    calls: Mapping[str, Sequence[Call]]
    began: float
    """When the run began, in seconds since 1970: by the time at which its trace was written last."""

    @property
    def asked(self) -> list[tuple[Sample, Sequence[Call]]]:
        """Each sample, and the calls of its question."""
        split = self.plan.scenario.task.split
        return [(sample, self.calls.get(f"{split}/{place}", ())) for place, sample in enumerate(self.samples)]


def read(directory: Path) -> Recorded:
    """The run in a directory. Raises `BadScenario` unless it is finished, `BadTrace` for a trace of something else."""
    plan, report = read_plan(directory), read_report(directory)
    lines = (directory / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    samples = [Sample.model_validate_json(line) for line in lines]
    events = list(read_trace(directory, plan))
    calls: dict[str, list[Call]] = {}
    for call in paired(events):
        calls.setdefault("/".join(call.asked.question.split("/")[:2]), []).append(call)
    last = max((event.seconds for event in events), default=0.0)
    written = (directory / TRACE).stat().st_mtime
    return Recorded(directory, plan, report, samples, calls, written - last)


def paired(events: Iterable[Event]) -> Iterator[Call]:
    """The calls among events, in the order of their replies: what goes back to whoever sent what it follows from."""
    by_number: dict[int, Event] = {}
    replies: set[int] = set()
    for event in events:
        by_number[event.seq] = event
        asked = None if event.cause is None or event.cause in replies else by_number.get(event.cause)
        if asked is not None and (asked.sender, asked.to, asked.question) == (event.to, event.sender, event.question):
            replies.add(event.seq)
            yield Call(asked, event)


def text_of(message: Message) -> str:
    """A message as text: what it says, or its fields."""
    text = getattr(message, "text", None)
    return text if isinstance(text, str) else message.model_dump_json(exclude={"usage"})
