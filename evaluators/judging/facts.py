"""Facts about a judge and its verdicts, as reports print them: a name and a text."""

from typing import NamedTuple

from ..statistics.intervals import Interval


class Fact(NamedTuple):
    """A line of the report's section on judges.

    >>> Fact("ties", "12.0 %").name
    'ties'
    """

    name: str
    value: str


def percent(found: Interval) -> str:
    """A share in percent with its limits.

    >>> percent(Interval(0.5, 0.4, 0.6)), percent(Interval(None, None, None))
    ('50.0 [40.0, 60.0] %', 'none')
    """
    if found.value is None:
        return "none"
    if found.low is None or found.high is None:
        return f"{100 * found.value:.1f} %"
    return f"{100 * found.value:.1f} [{100 * found.low:.1f}, {100 * found.high:.1f}] %"


def number(found: Interval) -> str:
    """A number with its limits.

    >>> number(Interval(0.25, 0.1, 0.4))
    '0.250 [0.100, 0.400]'
    """
    if found.value is None:
        return "none"
    limits = "" if found.low is None or found.high is None else f" [{found.low:.3f}, {found.high:.3f}]"
    return f"{found.value:.3f}{limits}"
