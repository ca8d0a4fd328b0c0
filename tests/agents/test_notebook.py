"""What a notebook shows: HTML in which what models wrote is text, and pictures of who hears whom."""

from pathlib import Path
from xml.etree import ElementTree

import symposia
from symposia.agents import Answer, Team
from symposia.agents.models.scripted import Scripted
from symposia.agents.notebook import kind_of
from symposia.scenarios.running.conversations import Conversation, Simulation
from symposia.tests.support.written import scenario
from symposia.topologies import Graph, complete, ring

SCRIPT = "<script>alert('4')</script>"


def check_harmless(html: str, *shown: str) -> None:
    """Nothing a model wrote is a tag, and all of it is shown."""
    assert "<script" not in html
    whole = "".join(ElementTree.fromstring(f"<div>{html}</div>").itertext())
    for text in shown:
        assert text in whole


class Named(Scripted):
    """A model that is called like a tag."""

    name = SCRIPT


def test_an_answer_is_text() -> None:
    check_harmless(Answer(text=SCRIPT)._repr_html_(), SCRIPT, "eos", "0 + 0 tokens, 0 calls")


def test_a_team_is_its_topology_and_its_models() -> None:
    html = Team({"amber": Named(), "blue": Scripted()}, ring)._repr_html_()
    assert "<svg" in html
    check_harmless(html.rpartition("</svg>")[2], SCRIPT, "amber", "Scripted")
    assert "<svg" not in Team({"amber": Scripted()})._repr_html_()


def test_a_report_and_a_finished_run_are_tables(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    (tmp_path / "amber.txt").write_text(f"{SCRIPT}\n" * 9)
    finished = symposia.run(path, out=tmp_path / "run", set=["baselines=false"])
    noted = finished.report.model_copy(update={"notes": (SCRIPT,), "protocol": SCRIPT})
    check_harmless(noted._repr_html_(), SCRIPT, "text/debate")
    assert finished._repr_html_() == finished.report._repr_html_()
    assert finished._repr_html_().startswith("<table>")


def test_a_conversation_is_text(tmp_path: Path) -> None:
    finished = symposia.run(scenario(tmp_path), out=tmp_path / "run", set=["baselines=false"])
    simulation = Simulation([Conversation(SCRIPT, [("user", SCRIPT)], SCRIPT)], finished)
    html = simulation._repr_html_()
    check_harmless(html, SCRIPT, "user")
    assert html.count("&lt;script&gt;") == 3


def test_a_graph_is_a_picture() -> None:
    picture = ElementTree.fromstring(ring("amber", "blue", "coral")._repr_svg_())
    assert picture.tag.endswith("svg")
    assert Graph(("a",), [])._repr_svg_() != Graph(("b",), [])._repr_svg_()


def test_the_name_of_an_agent_is_text_in_a_picture() -> None:
    svg = complete("<script>", "$x$")._repr_svg_()
    assert "<script" not in svg
    ElementTree.fromstring(svg)


def test_a_model_is_called_by_its_name_or_its_class() -> None:
    assert [kind_of(one) for one in (Named(), Scripted(), Scripted)] == [SCRIPT, "Scripted", "Scripted"]
