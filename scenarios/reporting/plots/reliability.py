"""Reliability diagrams: how often answers of a confidence are right, a panel for each confidence method."""

from collections.abc import Sequence
from math import ceil
from textwrap import wrap
from typing import TYPE_CHECKING, Final, NamedTuple

from .canvas import COLOURS, INK, blank, figure, ruled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACROSS: Final = 4
LETTERS: Final = 30
MOST: Final = 16
"""The panels of a plot; of more methods the first ones are drawn."""


class Reliability(NamedTuple):
    """A confidence method: its (confidence, accuracy, answers) by bin, and its expected calibration error.

    >>> Reliability("vote", [(0.7, 0.5, 10)], 0.2).error
    0.2
    """

    method: str
    bins: Sequence[tuple[float, float, int]]
    error: float


def reliability(methods: Sequence[Reliability], title: str) -> "Figure":
    """The panels of these methods."""
    shown = [one for one in methods if one.bins][:MOST]
    if not shown:
        return blank(f"{title}: no method has any answers with a confidence.")
    across = min(ACROSS, len(shown))
    down = ceil(len(shown) / across)
    drawn = figure(max(5.0, 0.6 + 2.2 * across), 0.9 + 2.3 * down, title)
    panels = drawn.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    flat = [axes for row in panels for axes in row]
    for axes, one in zip(flat, shown, strict=False):
        panel(axes, one)
    for place, axes in enumerate(flat):
        if place >= len(shown):
            axes.set_axis_off()
        axes.tick_params(labelbottom=place + across >= len(shown))
    drawn.supxlabel("confidence (larger points: more answers)", fontsize=9)
    drawn.supylabel("share that is right", fontsize=9)
    return drawn


def panel(axes: "Axes", one: Reliability) -> None:
    """One method: its bins, and the line on which it would be calibrated."""
    ruled(axes, along="both")
    total = sum(count for _, _, count in one.bins)
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="--")
    for confidence, accuracy, _ in one.bins:
        axes.plot([confidence] * 2, [confidence, accuracy], color=COLOURS[1], linewidth=1.4)
    sizes = [14 + 160 * count / total for _, _, count in one.bins]
    x, y = [confidence for confidence, _, _ in one.bins], [accuracy for _, accuracy, _ in one.bins]
    axes.scatter(x, y, s=sizes, color=COLOURS[0], edgecolor="white", linewidth=0.6, zorder=3)
    axes.set_xlim(-0.08, 1.08)
    axes.set_ylim(-0.08, 1.08)
    axes.set_xticks([0, 0.5, 1])
    axes.set_yticks([0, 0.5, 1])
    axes.set_box_aspect(1)
    name = "\n".join(wrap(one.method, LETTERS))
    axes.set_title(f"{name}\nECE {one.error:.3f}, {total:,} answers", fontsize=7.5)
