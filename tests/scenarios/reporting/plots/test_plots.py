"""Plots: their axes, legends and words; without data they say so; the same data gives the same files."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from symposia.scenarios.reporting.plots.canvas import COLOURS, saved, styled
from symposia.scenarios.reporting.plots.cost import CostPoint, cost
from symposia.scenarios.reporting.plots.emergence import EmergenceBar, emergence
from symposia.scenarios.reporting.plots.flips import STATES, FlipRow, arranged, flips
from symposia.scenarios.reporting.plots.labels import words_of
from symposia.scenarios.reporting.plots.reliability import Reliability, reliability
from symposia.scenarios.reporting.plots.scaling import Curve, Diverse, scaling

POINTS = [
    CostPoint("amber", "single", 20, 0.6, 0.5, 0.7, on_front=True),
    CostPoint("blue", "single", 20, 0.58, 0.5, 0.7, on_front=False),
    CostPoint("vote (pair)", "protocol", 40, 0.6, 0.5, 0.7, on_front=False),
    CostPoint("debate (pair)", "protocol", 42, 0.7, 0.6, 0.8, on_front=True),
    CostPoint("equal tokens as vote (pair)", "equal_budget", 41, 0.6, None, None, on_front=False),
]
BARS = [
    EmergenceBar("vote", 0.1, 0.05, 0.2, 0.03, 0.12, 40, 4),
    EmergenceBar("debate", 0.0, 0.0, 0.1, 0.02, 0.2, 40, 0),
]
ROWS = [FlipRow("vote", [(True, True), (False, True), (True, False)]), FlipRow("debate", [(True, True)] * 3)]
CURVES = [Curve("one member", [(1, 0.4), (2, 0.4)]), Curve("a vote of members", [(1, 0.4), (2, 0.5)])]
DIVERSE = [Diverse(2, 0.8, 0.0, 0.2), Diverse(3, 0.9, 0.1, 0.4)]
METHODS = [Reliability("members: vote", [(0.5, 0.4, 10), (1.0, 0.9, 30)], 0.1)] * 5
DRAWN = {
    "cost": lambda: cost(POINTS, "sums"),
    "emergence": lambda: emergence(BARS, "sums"),
    "flips": lambda: flips(ROWS, "sums"),
    "scaling": lambda: scaling(CURVES, DIVERSE, "sums"),
    "reliability": lambda: reliability(METHODS, "sums"),
}
EMPTY = {
    "cost": (lambda: cost([], "sums"), "sums: no system has both a score and tokens."),
    "emergence": (lambda: emergence([], "sums"), "sums: there is no question that no member solves."),
    "flips": (lambda: flips([], "sums"), "sums: no system was compared with a best single model."),
    "scaling": (lambda: scaling([], [], "sums"), "sums: no team has three members that were asked alone."),
    "reliability": (lambda: reliability([], "sums"), "sums: no method has any answers with a confidence."),
}


@pytest.fixture(autouse=True)
def _styled() -> Iterator[None]:
    with styled():
        yield


def words(drawn: Figure) -> list[str]:
    """All visible words of a figure, once it is laid out."""
    drawn.draw_without_rendering()
    return [text.get_text() for text in texts(drawn)]


def texts(drawn: Figure) -> list[Text]:
    return [one for one in drawn.findobj(Text) if isinstance(one, Text) and one.get_text() and one.get_visible()]


def test_cost_has_a_name_for_every_system_but_those_at_equal_tokens() -> None:
    said = words(cost(POINTS, "sums: score against tokens"))
    for one in ("sums: score against tokens", "tokens a question (log scale)", "score", "Pareto front"):
        assert one in said
    assert {"amber", "blue", "vote (pair)", "debate (pair)", "best single at equal tokens"} <= set(said)
    assert "equal tokens as vote (pair)" not in said


def test_names_of_points_do_not_cover_each_other() -> None:
    crowd = [CostPoint(f"system {n}", "protocol", 40 + n % 3, 0.6 + n / 300, None, None, n == 0) for n in range(10)]
    drawn = cost(crowd, "crowded")
    drawn.draw_without_rendering()
    boxes = [words_of(one) for one in drawn.axes[0].texts]  # type: ignore[arg-type]
    assert len(boxes) >= 8
    assert [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])] == []


def test_many_systems_are_numbered_with_a_key_beside_the_plot() -> None:
    crowd = [CostPoint(f"system {n}", "protocol", 40 + n, 0.6 + n / 300, None, None, n == 3) for n in range(11)]
    said = words(cost(crowd, "crowded"))
    assert [str(n) in said for n in range(1, 12)] == [True] * 11
    assert any(one.startswith(" 1  system 3\n 2  system 0\n") for one in said)


def test_emergence_stands_beside_its_null() -> None:
    said = words(emergence(BARS, "sums"))
    assert {"vote\n4 of 40", "debate\n0 of 40", "E1: share of what no member solves, in percent"} <= set(said)
    assert said[-3:] == [
        "the team, with its 95 % interval",
        "null control: vote of as many samples of members",
        "null control: any of these samples (an oracle chooses)",
    ]


def test_emergence_without_a_null_says_so() -> None:
    said = words(emergence([BARS[0]._replace(vote=None, any_of=None)], "sums"))
    assert "E1: share of what no member solves, in percent (without a null control)" in said
    assert not [one for one in said if one.startswith("null control")]


def test_flips_are_counted_and_explained() -> None:
    said = words(flips(ROWS, "sums"))
    assert {"vote", "debate", "+1  \N{MINUS SIGN}1", "+0  \N{MINUS SIGN}0", "both right", "fixed", "broken"} <= set(
        said
    )
    assert "unscored" not in said


def test_flips_keep_a_question_in_one_column() -> None:
    rows = arranged([[0, 2, 3, 1], [0, 2, 0, 2]])
    assert sorted(zip(*rows, strict=True)) == [(0, 0), (1, 2), (2, 2), (3, 0)]
    assert rows[0] == [2, 1, 0, 3]


def test_an_unscored_question_is_neither_fixed_nor_broken() -> None:
    assert FlipRow("vote", [(None, True), (False, None)]).states() == [4, 4]


def test_scaling_has_both_panels() -> None:
    drawn = scaling(CURVES, DIVERSE, "sums")
    said = words(drawn)
    assert {"members (mean over subsets)", "diversity: share of pairs whose answers differ", "one member"} <= set(said)
    assert list(drawn.axes[0].get_xticks()) == [1, 2]


def test_reliability_has_a_panel_for_each_method() -> None:
    drawn = reliability(METHODS, "sums")
    said = words(drawn)
    assert said.count("members: vote\nECE 0.100, 40 answers") == 5
    assert {"confidence (larger points: more answers)", "share that is right"} <= set(said)


@pytest.mark.parametrize("name", EMPTY)
def test_without_data_a_plot_says_why_it_is_empty(name: str) -> None:
    draw, why = EMPTY[name]
    assert words(draw()) == [why]


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_data_gives_the_same_files(name: str, tmp_path: Path) -> None:
    once, twice = ([path.read_bytes() for path in saved(DRAWN[name](), tmp_path / at, name)] for at in "ab")
    assert once == twice
    assert once[0].startswith(b"\x89PNG")
    assert b"<svg" in once[1]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [f"{name}.png", f"{name}.svg"]


@pytest.mark.parametrize("name", DRAWN)
def test_no_words_are_cut_off(name: str) -> None:
    drawn = DRAWN[name]()
    drawn.draw_without_rendering()
    numbers = [one for axes in drawn.axes for one in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    shown = [one for one in texts(drawn) if one not in numbers or "\n" in one.get_text()]
    outside = [one.get_text() for one in shown if not within(one, drawn)]
    assert len(shown) >= 3
    assert outside == []


def within(text: Text, drawn: Figure) -> bool:
    box, page = text.get_window_extent(), drawn.bbox
    return bool(box.x0 >= page.x0 - 1 and box.x1 <= page.x1 + 1 and box.y0 >= page.y0 - 1 and box.y1 <= page.y1 + 1)


def brightness(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def apart(colours: Sequence[str]) -> float:
    return min(abs(brightness(one) - brightness(other)) for one, other in combinations(colours, 2))


def test_states_differ_in_grey() -> None:
    assert apart([colour for name, colour in STATES.values() if name != "unscored"]) > 25


def test_a_name_with_dollars_is_no_formula(tmp_path: Path) -> None:
    named: Any = [POINTS[0]._replace(system="$a_b$ & <c>")]
    path = saved(cost(named, "$x$"), tmp_path, "cost")[1]
    assert "$a_b$ &amp; &lt;c&gt;" in path.read_text()


def test_there_are_as_many_colours_as_markers() -> None:
    assert len(set(COLOURS)) == 7
