"""Topologies as picture files. matplotlib is imported when one is drawn."""

from io import BytesIO
from math import dist
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..agents.errors import BadTopology, UnknownName
from .arrangement import arrange, hub
from .graph import Graph
from .layout import Box, Layout, Point, Route
from .matrix import draw_matrix

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyBboxPatch
    from matplotlib.path import Path as MatplotlibPath

FORMATS = (".png", ".svg")
INCH = 72.0  # points
FONT, POINTS = "DejaVu Sans", 11.0  # the font comes with matplotlib, so pictures are the same everywhere
PADDING, HEIGHT, GAP, MARGIN = 0.18, 0.38, 0.36, 0.25  # inches
INK, FILL, EDGE, LINE, PAPER = "#14304d", "#e3edf7", "#7f9cb8", "#52677d", "#ffffff"
BULGE = 0.11  # inches by which an arrow of a pair leaves the straight line
BEND = 0.16  # the most it may curve, as matplotlib's arc3 counts
HEAD = "head_length=5,head_width=2.2"
AIR = 0.03  # inches between an arrow's head and its box
CROWD = 60  # from so many arrows on, a pair is one straight line with two heads


MANY = 30
"""Of more agents than this, who hears whom is drawn as a matrix: boxes and arrows would be a tangle."""


def picture(graph: Graph, path: str | Path) -> None:
    """Draw the graph as PNG or SVG, by the suffix; the same graph gives the same bytes.

    Of more than 30 agents it is the adjacency matrix: speakers in rows, listeners in columns. Raises `UnknownName`
    for another suffix, `BadTopology` for a file that cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UnknownName("picture format", suffix, FORMATS, where=str(path))
    try:
        path.write_bytes(drawn(graph, suffix))
    except OSError as error:
        raise BadTopology(
            f"{path}: the picture cannot be written ({error.strerror}). Name a file in a folder."
        ) from None


def svg(graph: Graph) -> str:
    """The picture as SVG."""
    return drawn(graph, ".svg").decode()


def drawn(graph: Graph, suffix: str) -> bytes:
    """The bytes of a picture file."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    written = BytesIO()
    with rc_context({"svg.hashsalt": "symposia", "svg.fonttype": "path"}):
        figure = Figure(facecolor=PAPER)
        if len(graph.names) > MANY:
            draw_matrix(figure, graph)
        else:
            _draw_boxes_and_arrows(figure, graph)
        metadata = {"Date": None} if suffix == ".svg" else None
        figure.savefig(written, format=suffix[1:], dpi=200, metadata=metadata)
    return written.getvalue()


def _draw_boxes_and_arrows(figure: "Figure", graph: Graph) -> None:
    box = Box(max(map(_width, graph.names)) + 2 * PADDING, HEIGHT, GAP)
    layout = arrange(graph, box)
    axes = _paper(figure, list(layout.positions.values()), box)
    _draw_arrows(axes, graph, layout, _draw_boxes(axes, layout, box, hub(graph)))


def _width(name: str) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    plain = name.replace("$", r"\$")  # between two bare dollars it would be a formula
    return float(TextPath((0, 0), plain, size=POINTS, prop=FontProperties(family=FONT)).get_extents().width) / INCH


def _paper(figure: "Figure", points: list[Point], box: Box) -> "Axes":
    """Axes in inches, on a figure of the smallest size that holds all boxes."""
    across, up = box.width / 2 + MARGIN, box.height / 2 + MARGIN
    left, right = min(x for x, _ in points) - across, max(x for x, _ in points) + across
    low, high = min(y for _, y in points) - up, max(y for _, y in points) + up
    figure.set_size_inches(right - left, high - low)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(left, right), ylim=(low, high))
    axes.set_axis_off()
    return axes


def _draw_boxes(axes: "Axes", layout: Layout, box: Box, centre: str | None) -> "dict[str, FancyBboxPatch]":
    from matplotlib.patches import FancyBboxPatch

    rounded = f"round,pad=0,rounding_size={box.height / 2}"
    drawn = {}
    for name, (x, y) in layout.positions.items():
        fill, edge, ink = (INK, INK, PAPER) if name == centre else (FILL, EDGE, INK)
        corner = (x - box.width / 2, y - box.height / 2)
        patch = FancyBboxPatch(
            corner, box.width, box.height, boxstyle=rounded, facecolor=fill, edgecolor=edge, zorder=2
        )
        axes.add_patch(patch)
        words = axes.text(x, y, name, family=FONT, size=POINTS, color=ink, zorder=3, parse_math=False)
        words.set(ha="center", va="center_baseline")
        drawn[name] = patch
    return drawn


def _draw_arrows(axes: "Axes", graph: Graph, layout: Layout, boxes: "dict[str, FancyBboxPatch]") -> None:
    from matplotlib.patches import FancyArrowPatch

    arrows, crowded = set(graph.arrows), graph.edges >= CROWD
    for speaker, listener in graph.arrows:
        route = layout.route(speaker, listener)
        paired = (listener, speaker) in arrows
        if paired and crowded and graph.names.index(listener) < graph.names.index(speaker):
            continue  # drawn with its partner
        form: dict[str, Any] = {"arrowstyle": f"{'<|-|>' if paired and crowded else '-|>'},{HEAD}"}
        if len(route) > 2:
            form |= {"path": _curve(route)}
        else:
            bend = min(BEND, 2 * BULGE / dist(*route)) if paired and not crowded else 0.0
            form |= {"posA": route[0], "posB": route[1], "connectionstyle": f"arc3,rad={bend}"}
            form |= {"patchA": boxes[speaker], "patchB": boxes[listener], "shrinkA": 1.5, "shrinkB": 1.5}
        axes.add_patch(FancyArrowPatch(color=LINE, linewidth=1.1, zorder=1, **form))


def _curve(route: Route) -> "MatplotlibPath":
    from matplotlib.path import Path as MatplotlibPath

    *before, (x, y) = route
    return MatplotlibPath([*before, (x - AIR, y)], [MatplotlibPath.MOVETO, *[MatplotlibPath.CURVE4] * 3])
