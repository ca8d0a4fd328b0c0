"""Question by question: what each system fixes and breaks of what the best single model says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from .canvas import INK, LETTER, blank, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RIGHT, WRONG, FIXED, BROKEN, UNSCORED = range(5)
STATES: Final = {
    RIGHT: ("both right", "#f0f0f0"),
    WRONG: ("both wrong", "#c4c4c4"),
    FIXED: ("fixed", "#0072B2"),
    BROKEN: ("broken", "#6b1500"),
    UNSCORED: ("unscored", "#ffffff"),
}
"""Names and colours, each of another brightness."""


class FlipRow(NamedTuple):
    """A system: its name, and for each question if the best single model is right, and if it is; None if unscored.

    >>> FlipRow("vote", [(True, True), (False, True), (True, False)]).states()
    [0, 2, 3]
    """

    system: str
    pairs: Sequence[tuple[bool | None, bool | None]]

    def states(self) -> list[int]:
        """What became of each question."""
        return [state(before, after) for before, after in self.pairs]


def state(before: bool | None, after: bool | None) -> int:
    """What became of a question: one of `STATES`."""
    if before is None or after is None:
        return UNSCORED
    if before:
        return RIGHT if after else BROKEN
    return FIXED if after else WRONG


def flips(rows: Sequence[FlipRow], title: str) -> "Figure":
    """The matrix of these systems, all of the same questions, which are put in an order that shows patterns."""
    if not rows or not rows[0].pairs:
        return blank(f"{title}: no system was compared with a best single model.")
    from matplotlib.colors import BoundaryNorm, ListedColormap

    matrix = arranged([row.states() for row in rows])
    names = max(len(row.system) for row in rows)
    drawn = figure(7.5 + LETTER * names, 1.5 + 0.34 * len(rows), title)
    axes = drawn.add_subplot(xlabel=f"{len(matrix[0]):,} questions, those of one pattern side by side")
    colours = ListedColormap([colour for _, colour in STATES.values()])
    norm = BoundaryNorm([place - 0.5 for place in range(len(STATES) + 1)], len(STATES))
    axes.imshow(matrix, aspect="auto", cmap=colours, norm=norm, interpolation="nearest")
    axes.set_yticks(range(len(rows)), [row.system for row in rows])
    axes.tick_params(length=0)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    for line in range(1, len(rows)):
        axes.axhline(line - 0.5, color="white", linewidth=2.5)
    for place, states in enumerate(matrix):
        counts = f"+{states.count(FIXED)}  \N{MINUS SIGN}{states.count(BROKEN)}"
        axes.annotate(
            counts,
            (1.0, place),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=INK,
        )
    key(drawn, {one for states in matrix for one in states})
    return drawn


def key(drawn: "Figure", seen: set[int]) -> None:
    """The legend of what there is."""
    from matplotlib.patches import Patch

    patches = [
        Patch(facecolor=colour, edgecolor="#808080", linewidth=0.5, label=name)
        for place, (name, colour) in STATES.items()
        if place in seen
    ]
    drawn.legend(handles=patches, frameon=False, fontsize=8, ncols=5, loc="outside lower center", handlelength=1.2)


def arranged(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """The rows with questions ordered by what became of them: by all fixed to all broken.

    >>> arranged([[0, 2, 3], [0, 2, 0]])
    [[2, 0, 3], [2, 0, 0]]
    """
    worth = {FIXED: 0, WRONG: 1, RIGHT: 2, BROKEN: 3, UNSCORED: 4}
    columns = list(zip(*rows, strict=True))
    columns.sort(key=lambda column: (sum(worth[one] for one in column), [worth[one] for one in column]))
    return [list(row) for row in zip(*columns, strict=True)]
