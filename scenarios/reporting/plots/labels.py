"""Names beside points, where they cover neither each other nor another point."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from .canvas import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

PLACES: Final = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))
DISTANCES: Final = (6, 7, 14, 24, 36, 50, 66)
AROUND: Final = 4.5
"""The pixels around a point that no name may cover, times the figure's dots a point."""


def label(
    drawn: "Figure",
    axes: "Axes",
    named: Sequence[tuple[float, float, str]],
    points: Sequence[tuple[float, float]],
    steps: Sequence[tuple[float, float]] = (),
) -> None:
    """Write the name of each (x, y, name) beside its point, with a thin line where it is far; drop what has no room.

    Names cover no other point, nor the line of `steps`. The figure is laid out first and stays as it is then. Earlier
    names have the better places.
    """
    drawn.draw_without_rendering()
    drawn.set_layout_engine("none")
    taken = [around(axes, x, y, drawn.dpi) for x, y in points] + [*along(axes, steps)]
    inside = axes.get_window_extent()
    for x, y, name in named:
        for text in tried(axes, x, y, name):
            words = words_of(text)
            if fits(words, inside) and not any(words.overlaps(other) for other in taken):
                taken.append(words)
                break
            text.remove()


def tried(axes: "Axes", x: float, y: float, name: str) -> Iterator["Annotation"]:
    """The name at one place after the other; a caller that does not like one removes it."""
    for distance in DISTANCES:
        for right, up in PLACES:
            far = distance > DISTANCES[1]
            yield axes.annotate(
                name,
                (x, y),
                xytext=(right * distance, up * distance * (0.8 if right else 1)),
                textcoords="offset points",
                ha={1: "left", 0: "center", -1: "right"}[right],
                va={1: "bottom", 0: "center", -1: "top"}[up] if right == 0 else "center",
                fontsize=8,
                color=INK,
                zorder=4,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
                arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.5, "shrinkB": 3} if far else None,
            )


def words_of(text: "Annotation") -> "Bbox":
    """The box of the words alone, without the line to the point."""
    from matplotlib.text import Text

    text.get_window_extent()  # puts the words where they belong
    return Text.get_window_extent(text)


def around(axes: "Axes", x: float, y: float, dpi: float) -> "Bbox":
    """The box around a point, in pixels."""
    from matplotlib.transforms import Bbox

    across, up = axes.transData.transform((x, y))
    size = AROUND * dpi / 72
    return Bbox.from_extents(across - size, up - size, across + size, up + size)


def along(axes: "Axes", steps: Sequence[tuple[float, float]]) -> Iterator["Bbox"]:
    """The boxes of a line that goes right and then up from each point to the next, in pixels."""
    from matplotlib.transforms import Bbox

    for (x, y), (to_x, to_y) in pairwise(axes.transData.transform(step) for step in steps):
        yield Bbox.from_extents(x, y - 2, to_x, y + 2)
        yield Bbox.from_extents(to_x - 2, min(y, to_y), to_x + 2, max(y, to_y))


def fits(words: "Bbox", inside: "Bbox") -> bool:
    """True if a box is within the axes."""
    return bool(words.x0 >= inside.x0 and words.x1 <= inside.x1 and words.y0 >= inside.y0 and words.y1 <= inside.y1)
