"""What all plots share: a figure without a display, colours that differ in grey and for the colour-blind, and files."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from ....agents.durable import replace

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#1a1a1a"
FAINT: Final = "#d9d9d9"
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#4d4d4d")
"""Okabe and Ito 2008, in an order in which neighbours differ in brightness, too."""
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")
LINES: Final = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 3)))

STYLE: Final[Mapping[str, Any]] = {
    "font.family": "DejaVu Sans",  # it comes with matplotlib, so plots are the same everywhere
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,  # a name with two dollars is no formula
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "symposia",
    "svg.fonttype": "none",  # text stays text
}
DPI: Final = 150
LETTER: Final = 0.085
"""The inches that a letter of a title takes, and that of a name at most."""


def figure(width: float, height: float, title: str = "") -> "Figure":
    """An empty figure of this size in inches, with a title. To be called, as all drawing, within `styled`."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(max(width, 0.5 + LETTER * len(title)), height), facecolor="white", layout="constrained")
    if title:
        drawn.suptitle(title, x=0.01, ha="left", fontsize=10)
    return drawn


def styled() -> Any:  # noqa: ANN401 - matplotlib's context manager
    """The context in which plots are drawn and saved."""
    from matplotlib import rc_context

    style: Any = dict(STYLE)  # its type would list some hundred names
    return rc_context(style)


def blank(why: str) -> "Figure":
    """A figure that says why there is nothing on it."""
    empty = figure(6.0, 1.6)
    axes = empty.add_subplot()
    axes.set_axis_off()
    axes.text(0.5, 0.5, why, ha="center", va="center", color=INK, wrap=True)
    return empty


def look(place: int) -> dict[str, Any]:
    """The colour, marker and line of a series by its place: each of the three tells it from its neighbours."""
    return {
        "color": COLOURS[place % len(COLOURS)],
        "marker": MARKERS[(place + place // 7) % len(MARKERS)],  # another combination in every round
        "linestyle": LINES[(place + 2 * (place // 7)) % len(LINES)],
    }


def ruled(axes: "Axes", *, along: Literal["x", "y", "both"] = "y") -> None:
    """Faint lines behind the data."""
    axes.grid(visible=True, axis=along, color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)


def saved(drawn: "Figure", folder: Path, name: str) -> list[Path]:
    """Write a figure as NAME.png and NAME.svg; the same figure gives the same bytes. Raises `CannotWrite`."""
    paths = []
    for suffix, more in ((".png", {"dpi": DPI}), (".svg", {"metadata": {"Date": None}})):
        written = BytesIO()
        drawn.savefig(written, format=suffix[1:], **more)
        paths.append(folder / f"{name}{suffix}")
        replace(paths[-1], written.getvalue())
    return paths


def limits(values: Iterable[float | None], *, low: float = 0.0, high: float = 1.0) -> tuple[float, float]:
    """Limits of an axis for scores: from 0 to 1 cut to what there is, in steps of 0.1, with some room.

    >>> limits([0.42, 0.61]), limits([0.05, 0.99])
    ((0.3, 0.7), (-0.03, 1.03))
    """
    known = [value for value in values if value is not None]
    if not known:
        return low, high
    least, most = min(known), max(known)
    if least < low or most > high:
        room = 0.05 * (most - least or 1.0)
        return least - room, most + room
    bottom, top = (int(least * 10) - 1) / 10, (int(most * 10) + 1) / 10
    return bottom if bottom > low else low - 0.03, top if top < high else high + 0.03
