"""A section of a bench's report: a title, what its numbers mean, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..reporting.markdown import line
from .setting import Span


@dataclass(frozen=True)
class Section:
    """A part of a report.

    >>> print("\\n".join(Section("Sums", "All of them.", ("a", "b"), [("1", "2")]).markdown()))
    ## Sums
    <BLANKLINE>
    All of them.
    <BLANKLINE>
    | a | b |
    |---|---|
    | 1 | 2 |
    <BLANKLINE>
    """

    title: str
    about: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> list[str]:
        """The lines of the section."""
        table = [line(self.header), "|" + "---|" * len(self.header), *(line(row) for row in self.rows), ""]
        return [f"## {self.title}\n", f"{self.about}\n", *table]


def share(span: Span, *, sign: str = "") -> str:
    """A share with its interval in percent; empty without one."""
    if span.value is None:
        return ""
    shown = f"{100 * span.value:{sign}.1f} %"
    if span.low is None or span.high is None:
        return shown
    return f"{shown} [{100 * span.low:{sign}.1f}, {100 * span.high:{sign}.1f}]"


def interval(span: Span) -> str:
    """A score with its interval."""
    if span.value is None:
        return ""
    limits = "" if span.low is None or span.high is None else f" [{span.low:.3f}, {span.high:.3f}]"
    return f"{span.value:.3f}{limits}"
