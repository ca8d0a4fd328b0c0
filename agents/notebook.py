"""HTML for notebooks, in which texts of models are escaped."""

from collections.abc import Iterable, Sequence
from html import escape


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as an HTML table.

    >>> table(("team",), [("<b>",)])
    '<table><tr><th>team</th></tr><tr><td>&lt;b&gt;</td></tr></table>'
    """
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def kind_of(model: object) -> str:
    """A model's label in a table: its name where it has one, else its class."""
    return str(getattr(model, "name", None) or (model if isinstance(model, type) else type(model)).__name__)


def paragraph(text: str) -> str:
    """A text as an HTML paragraph that keeps its line breaks.

    >>> paragraph("2 < 3")
    '<p style="white-space: pre-wrap">2 &lt; 3</p>'
    """
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'
