"""Score against tokens, with the Pareto front."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .canvas import COLOURS, INK, LETTER, blank, figure, limits, ruled
from .labels import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class CostPoint(NamedTuple):
    """A system: its name, kind, tokens a question, its score with limits, and if it is on the front.

    >>> CostPoint("vote", "protocol", 66.0, 0.6, 0.5, 0.7, True).on_front
    True
    """

    system: str
    kind: str
    tokens: float
    score: float
    low: float | None
    high: float | None
    on_front: bool


FEW: Final = 10
"""The systems whose names are written beside their points; more are numbered, with a key beside the plot."""

KINDS: Final = {
    "protocol": ("protocols", COLOURS[0], "o"),
    "single": ("single models", COLOURS[1], "s"),
    "equal_budget": ("best single at equal tokens", COLOURS[6], "x"),
}


def cost(points: Sequence[CostPoint], title: str) -> "Figure":
    """The plot of these systems. Those at equal tokens have no names: they are above or below their protocol."""
    known = [point for point in points if point.tokens > 0]
    if not known:
        return blank(f"{title}: no system has both a score and tokens.")
    named = sorted((one for one in known if one.kind != "equal_budget"), key=lambda one: not one.on_front)
    numbered = len(named) > FEW
    beside = LETTER * max(len(one.system) for one in known) if numbered else 0.0
    drawn = figure(7.5 + beside, max(5.0, 1.0 + 0.155 * len(named)), title)
    axes = drawn.add_subplot(xlabel="tokens a question (log scale)", ylabel="score")
    axes.set_xscale("log")
    ruled(axes, along="both")
    draw_points(axes, known)
    front = sorted((one.tokens, one.score) for one in known if one.on_front)
    axes.step(*zip(*front, strict=True), where="post", color=INK, linewidth=1.2, zorder=2, label="Pareto front")
    edges = [edge for one in known for edge in (one.low, one.high, one.score)]
    axes.set_ylim(*limits(edges))
    spread(axes, [one.tokens for one in known])
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=4)
    if numbered:
        key(axes, named)
    names = [(one.tokens, one.score, str(at) if numbered else one.system) for at, one in enumerate(named, 1)]
    label(drawn, axes, names, [(one.tokens, one.score) for one in known], front)
    return drawn


def draw_points(axes: "Axes", known: Sequence[CostPoint]) -> None:
    """The points, by kind."""
    for kind, (name, colour, marker) in KINDS.items():
        of = [point for point in known if point.kind == kind]
        if of:
            edge: dict[str, Any] = {} if marker == "x" else {"edgecolors": "white", "linewidths": 0.8}
            x, y = [one.tokens for one in of], [one.score for one in of]
            bars(axes, of, colour)
            axes.scatter(x, y, c=colour, marker=marker, s=52, zorder=3, label=name, **edge)


def key(axes: "Axes", named: Sequence[CostPoint]) -> None:
    """The names of numbered points, those on the front first, beside the plot."""
    listed = "\n".join(f"{at:>2}  {one.system}" for at, one in enumerate(named, 1))
    axes.text(1.02, 1.0, listed, transform=axes.transAxes, va="top", fontsize=8, color=INK, linespacing=1.35)


def bars(axes: "Axes", points: Sequence[CostPoint], colour: str) -> None:
    """The 95 % intervals of points, faintly."""
    for one in points:
        if one.low is not None and one.high is not None:
            axes.plot([one.tokens] * 2, [one.low, one.high], color=colour, linewidth=1.0, alpha=0.35, zorder=1)


def spread(axes: "Axes", tokens: Sequence[float]) -> None:
    """Room on both sides, and ticks with plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    low, high = min(tokens), max(tokens)
    axes.set_xlim(low / 1.6, high * 1.6)
    axes.xaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
