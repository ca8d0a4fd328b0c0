"""The sections of a bench's report below its table."""

from collections.abc import Iterator

from .emergence_section import emergence
from .member_sections import confidence, diversity, errors, scaling
from .report import BenchReport
from .section import Section
from .system_sections import front, power, wins

PARTS = (wins, front, power, emergence, errors, scaling, diversity, confidence)


def sections(found: BenchReport) -> Iterator[Section]:
    """The sections that have anything to say."""
    yield from (section for part in PARTS if (section := part(found)).rows)
