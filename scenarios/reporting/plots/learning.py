"""Learning curves: success by how long a policy was trained, a line a seed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from .canvas import blank, figure, limits, look, ruled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Curve(NamedTuple):
    """A training: what it was by, and success by step.

    >>> Curve("reward", [(0, 0.4), (10, 0.5)]).last
    10
    """

    name: str
    points: Sequence[tuple[int, float]]

    @property
    def last(self) -> int:
        """The last step."""
        return self.points[-1][0]


def learning(curves: Sequence[Curve], title: str) -> "Figure":
    """The plot: success by the share of the training that is done, since methods count in steps or in rounds."""
    if not curves:
        return blank(f"{title}: nothing was trained.")
    drawn = figure(8.0, 4.8, f"{title}: learning curves")
    axes = drawn.subplots()
    ruled(axes)
    names = list(dict.fromkeys(curve.name for curve in curves))
    for place, name in enumerate(names):
        for number, curve in enumerate(one for one in curves if one.name == name):
            steps = [step / curve.last for step, _ in curve.points]
            values = [value for _, value in curve.points]
            label = name if number == 0 else None
            axes.plot(steps, values, **look(place), linewidth=1.4, markersize=4.5, alpha=0.85, label=label)
    axes.set_xlabel("share of the training that is done")
    axes.set_ylabel("success of sampled conversations")
    axes.set_ylim(*limits(value for curve in curves for _, value in curve.points))
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)
    return drawn
