"""A protocol's page is made from its file, and says no number that was not measured."""

from symposia.scenarios.planning.protocol_spec import protocol
from symposia.scenarios.reporting.measured import measured, table
from symposia.scenarios.reporting.protocol_pages import PAGES, page
from symposia.scenarios.reporting.protocol_site import uses
from symposia.scenarios.reporting.protocol_texts import told

DOCSTRING = """Vote: the most wins.

    a = LM(q)

    return a

After Lee (https://arxiv.org/abs/1). What differs: ties are drawn,
at random.
"""


def test_a_docstring_is_read_as_summary_algorithm_source_and_what_differs() -> None:
    said = told(DOCSTRING)
    assert said.summary == "Vote: the most wins."
    assert said.body == ["```text\na = LM(q)\n\nreturn a\n```", "After Lee (<https://arxiv.org/abs/1>)."]
    assert said.differs == ["What differs: ties are drawn, at random."]


def test_the_pages_that_are_kept_are_the_generated_ones() -> None:
    numbers, scenarios = measured(), uses()
    for name in ("text/debate", "weight/sparta", "logit/fusion", "api/cascade"):
        kept = (PAGES / f"{name}.md").read_text(encoding="utf-8")
        assert page(protocol(name), scenarios[name], numbers[name]) == kept


def test_a_protocol_without_a_number_says_so() -> None:
    assert "Not measured: no table of this repository has a number of it." in page(protocol("text/debate"), {}, [])


def test_options_are_shown_with_type_bounds_default_and_description() -> None:
    row = "| `rounds` | integer, at least 0, at most 1000 | `2` | Rounds of hearing each other and answering again. |"
    assert row in page(protocol("text/debate"), {}, [])


def test_an_empty_cell_of_a_table_is_read_as_one() -> None:
    assert list(table("| task | method | score |\n|---|---|---|\n| a | b |  |\n")) == [
        {"task": "a", "method": "b", "score": ""}
    ]
