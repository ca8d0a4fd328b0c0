"""Emergence with its null control: bars of E1 and of what as many samples of members solve."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from .canvas import COLOURS, INK, LETTER, blank, figure, ruled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


ORDER: Final = (
    "the team, with its 95 % interval",
    "null control: vote of as many samples of members",
    "null control: any of these samples (an oracle chooses)",
)


class EmergenceBar(NamedTuple):
    """A system: E1 with its limits, E1 of the null by vote and by any sample, and what no member solves, of that it.

    >>> EmergenceBar("vote", 0.1, 0.05, 0.2, None, None, 60, 6).failed
    60
    """

    system: str
    share: float
    low: float | None
    high: float | None
    vote: float | None
    any_of: float | None
    failed: int
    emergent: int


def emergence(bars: Sequence[EmergenceBar], title: str) -> "Figure":
    """The bars of these systems."""
    if not bars:
        return blank(f"{title}: there is no question that no member solves.")
    longest = max(len(one.system) for one in bars)
    drawn = figure(6.0 + LETTER * longest, 1.6 + 0.62 * len(bars), title)
    label = "E1: share of what no member solves, in percent"
    controlled = any(one.vote is not None for one in bars)
    axes = drawn.add_subplot(xlabel=label if controlled else f"{label} (without a null control)")
    ruled(axes, along="x")
    places = list(range(len(bars)))
    axes.barh(
        [y - 0.18 for y in places],
        [100 * one.share for one in bars],
        height=0.32,
        color=COLOURS[4],
        edgecolor=INK,
        linewidth=0.6,
        label=ORDER[0],
    )
    for y, one in zip(places, bars, strict=True):
        if one.low is not None and one.high is not None:
            axes.plot([100 * one.low, 100 * one.high], [y - 0.18] * 2, color=INK, linewidth=1.2, zorder=4)
    null = [(y, one) for y, one in zip(places, bars, strict=True) if one.vote is not None and one.any_of is not None]
    if null:
        heights = [y + 0.18 for y, _ in null]
        axes.barh(
            heights,
            [100 * (one.vote or 0.0) for _, one in null],
            height=0.32,
            color=COLOURS[5],
            hatch="////",
            edgecolor=INK,
            linewidth=0.6,
            label=ORDER[1],
        )
        axes.scatter(
            [100 * (one.any_of or 0.0) for _, one in null],
            heights,
            marker="D",
            s=26,
            facecolor="white",
            edgecolor=INK,
            zorder=5,
            label=ORDER[2],
        )
    axes.set_yticks(places, [f"{one.system}\n{one.emergent} of {one.failed}" for one in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlim(left=0.0)
    axes.tick_params(axis="y", length=0)
    handles, names = axes.get_legend_handles_labels()
    kept = sorted(zip(handles, names, strict=True), key=lambda one: ORDER.index(one[1]))
    drawn.legend(*zip(*kept, strict=True), frameon=False, fontsize=8, loc="outside lower center", ncols=1)
    return drawn
