"""The view document: a head that a page reads at once, and pages of texts and tokens that it reads when it needs them.

The head is `Head` as JSON. A page of texts is a JSON array of texts, a page of details a JSON object of `tokens` and
`notes` by event. All are compressed each by itself, so that a page of 200 KB is read without the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from gzip import compress
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from ... import __version__
from ...agents.frozen import Frozen
from .badges import BADGES, SAYS
from .compared import Versus, by_score, first_divergences
from .run_view import Opened, RunView, opened
from .samples import samples_of

VIEW: Final = 1
"""The version of the document."""

EVENTS: Final = 2000
"""The events to a page of details."""

LEVEL: Final = 6


class Pages(Frozen):
    """Where the pages of a run begin: `texts` by the number of their first text, `details` by their first event.

    Page n of run r is block `r/text/n`, or `r/detail/n`.

    >>> Pages().texts
    ()
    """

    texts: Sequence[int] = ()
    details: Sequence[int] = ()


class Head(Frozen):
    """The head of a document. `served` is true where a server of this machine has the pages, and forks.

    >>> Head(symposia="1.0", runs=[], pages=[]).view
    1
    """

    view: int = VIEW
    symposia: str
    served: bool = False
    badges: Sequence[str] = BADGES
    says: Mapping[str, str] = SAYS
    runs: list[RunView]
    pages: list[Pages]
    versus: Sequence[Versus] = ()


class Document(NamedTuple):
    """A document: its blocks, each gzip of JSON, by name; the head is block `head`.

    >>> Document({}).blocks
    {}
    """

    blocks: Mapping[str, bytes]


def document(directories: Sequence[Path], *, served: bool = False) -> Document:
    """The document of run directories. Raises `BadTrace` and `BadData` for what cannot be read."""
    runs = [opened(directory) for directory in directories]
    blocks: dict[str, bytes] = {}
    pages = []
    for number, run in enumerate(runs):
        texts, details = dict(run.texts.pages()), dict(details_of(run))
        pages.append(Pages(texts=list(texts), details=list(details)))
        blocks |= {f"{number}/text/{place}": packed(page) for place, page in enumerate(texts.values())}
        blocks |= {f"{number}/detail/{place}": packed(page) for place, page in enumerate(details.values())}
    versus = [against(runs, directories, number) for number in range(1, len(runs))]
    views = [run.view for run in runs]
    head = Head(symposia=__version__, served=served, runs=views, pages=pages, versus=versus)
    return Document({"head": packed(head.model_dump(mode="json")), **blocks})


def details_of(run: Opened) -> Iterator[tuple[int, dict[str, Any]]]:
    """The pages of details of a run, by their first event."""
    count = len(run.view.columns.place)
    for first, end in pairwise([*range(0, count, EVENTS), count]):
        numbers = range(first, end)
        tokens = {
            number: run.tokens[number].model_dump(exclude_defaults=True) for number in numbers if number in run.tokens
        }
        yield (
            first,
            {"tokens": tokens, "notes": {number: run.notes[number] for number in numbers if number in run.notes}},
        )


def against(runs: Sequence[Opened], directories: Sequence[Path], number: int) -> Versus:
    """A run against the first one."""
    before, after = runs[0], runs[number]
    scores = by_score(after.view.name, samples_of(directories[0]), samples_of(directories[number]))
    differ = first_divergences(before.view, after.view, [before.texts.listed(), after.texts.listed()])
    return Versus(before=0, after=number, paired=scores, divergences=differ)


def packed(value: Any) -> bytes:  # noqa: ANN401 - JSON
    """JSON, compressed; the same bytes for the same value."""
    return compress(to_json(value), LEVEL, mtime=0)
