"""Scaling: the score by number of members, and what a vote gains by their diversity."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from .canvas import COLOURS, INK, blank, figure, limits, look, ruled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Curve(NamedTuple):
    """A system: its score by number of members.

    >>> Curve("vote", [(1, 0.4), (2, 0.5)]).points[-1]
    (2, 0.5)
    """

    system: str
    points: Sequence[tuple[int, float]]


class Diverse(NamedTuple):
    """A subset of members: how many, their diversity, and what a vote and the oracle are beyond their mean.

    >>> Diverse(2, 0.8, 0.0, 0.2).oracle
    0.2
    """

    members: int
    diversity: float
    vote: float
    oracle: float


def scaling(curves: Sequence[Curve], subsets: Sequence[Diverse], title: str) -> "Figure":
    """The plot of both, side by side."""
    if not curves:
        return blank(f"{title}: no team has three members that were asked alone.")
    drawn = figure(9.5, 4.6, f"{title}: scaling")
    left, right = drawn.subplots(1, 2)
    by_number(left, curves)
    left.set_title("Number of members")
    by_diversity(right, subsets)
    right.set_title("Diversity of members")
    return drawn


def by_number(axes: "Axes", curves: Sequence[Curve]) -> None:
    """The curves."""
    ruled(axes)
    for place, curve in enumerate(curves):
        axes.plot(*zip(*curve.points, strict=True), **look(place), linewidth=1.6, markersize=5.5, label=curve.system)
    axes.set_xlabel("members (mean over subsets)")
    axes.set_ylabel("score")
    axes.set_xticks(sorted({size for curve in curves for size, _ in curve.points}))
    axes.set_ylim(*limits(score for curve in curves for _, score in curve.points))
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)


def by_diversity(axes: "Axes", subsets: Sequence[Diverse]) -> None:
    """A point for each subset, its size by the size of the point."""
    ruled(axes)
    axes.axhline(0.0, color=INK, linewidth=0.8)
    for place, (name, marker) in enumerate((("vote", "o"), ("oracle", "^"))):
        axes.scatter(
            [one.diversity for one in subsets],
            [getattr(one, name) for one in subsets],
            s=[14 * one.members for one in subsets],
            marker=marker,
            facecolor=COLOURS[place] if name == "vote" else "white",
            edgecolor=COLOURS[place],
            linewidth=1.2,
            label=f"{name} of a subset (larger: more members)",
        )
    axes.set_xlabel("diversity: share of pairs whose answers differ")
    axes.set_ylabel("score beyond the mean of the subset")
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=1)
