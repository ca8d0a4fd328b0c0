"""Graphs in pictures."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from symposia.tests.support.graphs import EVERY_SHAPE, LETTERS, message
from symposia.topologies import Graph, chain, layered, ring, star, tree, wheel
from symposia.topologies.arrangement import arrange
from symposia.topologies.layout import Box
from symposia.topologies.matrix import draw_matrix
from symposia.topologies.picture import picture, svg


@pytest.mark.parametrize("shape", EVERY_SHAPE)
@pytest.mark.parametrize("n", [1, 2, 3, 5, 12])
def test_in_no_picture_boxes_overlap_or_arrows_run_through_them(shape: Callable[..., Graph], n: int) -> None:
    graph, box = shape(*LETTERS[:n]), Box(width=1.1, height=0.4, gap=0.3)
    layout = arrange(graph, box)
    places = list(layout.positions.values())
    assert layout.readable(graph, box)
    assert all(box.relative_distance(one, other) >= 0.999 for i, one in enumerate(places) for other in places[:i])


def test_a_hub_stands_in_the_middle_and_layers_go_to_the_right() -> None:
    box = Box(width=1.0, height=0.5, gap=0.5)
    assert arrange(star(*"habcd"), box).positions["h"] == (0.0, 0.0)
    stands = arrange(layered(["a", "b"], ["c", "d"]), box).positions
    assert stands == {"a": (0.0, 0.5), "b": (0.0, -0.5), "c": (2.25, 0.5), "d": (2.25, -0.5)}


def test_a_parent_stands_above_the_middle_of_its_children() -> None:
    stands = arrange(tree(*"abcd", branching=3), Box(width=1.0, height=0.5, gap=0.5)).positions
    assert stands == {"a": (1.5, 0.0), "b": (0.0, -1.5), "c": (1.5, -1.5), "d": (3.0, -1.5)}


def test_layers_give_way_to_a_circle_where_an_arrow_would_skip_through_an_agent() -> None:
    box = Box(width=1.0, height=0.5, gap=0.5)
    skipping = Graph("abc", [("a", "b"), ("b", "c"), ("a", "c")])
    assert {y for _, y in arrange(chain("a", "b", "c"), box).positions.values()} == {0.0}
    assert len({round(y, 6) for _, y in arrange(skipping, box).positions.values()}) == 2


def test_an_svg_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    picture(wheel(*"habc"), tmp_path / "one.svg")
    picture(wheel(*"habc"), str(tmp_path / "two.svg"))
    drawn = (tmp_path / "one.svg").read_bytes()
    assert drawn == (tmp_path / "two.svg").read_bytes()
    assert ElementTree.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_png_is_the_same_bytes_each_time_whatever_the_names(tmp_path: Path) -> None:
    for name in ("one.png", "two.PNG"):
        picture(ring("$x$", "a & b", "<c>"), tmp_path / name)
    drawn = (tmp_path / "one.png").read_bytes()
    assert drawn.startswith(b"\x89PNG")
    assert drawn == (tmp_path / "two.PNG").read_bytes()


def test_another_picture_format_is_refused(tmp_path: Path) -> None:
    assert message(lambda: picture(ring("a", "b"), "ring.gif")) == (
        "UnknownName: ring.gif: no picture format named '.gif'. Did you mean '.svg'? Known: .png, .svg."
    )


def test_topologies_load_matplotlib_only_to_draw_and_symposia_loads_no_networkx() -> None:
    code = (
        "import sys, symposia; assert 'networkx' not in sys.modules;"
        "import symposia.topologies.drawing; assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def texts(graph: Graph) -> int:
    """How many shapes that stand for text a picture has."""
    root = ElementTree.fromstring(svg(graph))
    return sum(str(node.get("id", "")).startswith("text_") for node in root.iter())


def test_of_more_than_30_agents_who_hears_whom_is_a_matrix() -> None:
    few, many = ring(*(f"a{n}" for n in range(30))), ring(*(f"a{n}" for n in range(31)))
    assert "<image" not in svg(few)
    assert "<image" in svg(many)
    assert texts(few) == 30
    assert texts(many) == 2 * 31 + 3  # rows, columns, the title, and what rows and columns are
    assert texts(ring(*(f"a{n}" for n in range(101)))) < 40  # more than a hundred go without their names


def test_a_dot_of_the_matrix_is_in_the_row_of_the_speaker() -> None:
    figure = Figure()
    names = [f"a{n}" for n in range(31)]
    draw_matrix(figure, Graph(names, [("a0", "a30"), ("a2", "a1")]))
    (axes,) = figure.axes
    cells = axes.images[0].get_array()
    assert cells is not None
    assert [tuple(map(int, place)) for place in zip(*cells.nonzero(), strict=True)] == [(0, 30), (2, 1)]
    assert axes.get_title() == "31 agents, 2 arrows"
    assert [label.get_text() for label in axes.get_yticklabels()] == names
