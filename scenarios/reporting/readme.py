"""Generates the README's table of protocols from docstrings and signatures."""

from pathlib import Path
from typing import Final

from ..planning.protocol_spec import ProtocolSpec, protocols
from .tables import escaped

README: Final = Path(__file__).parents[2] / "README.md"
BEGIN: Final = "<!-- protocols: written by `make docs` -->"
END: Final = "<!-- end of protocols -->"


def table(found: list[ProtocolSpec]) -> str:
    """The protocols as a Markdown table."""
    rows = ["| protocol | what it does | needs | options |", "|---|---|---|---|"]
    for one in found:
        options = ", ".join(f"`{name}`" for name in one.options.model_fields) or "none"
        rows.append(f"| `{one.name}` | {escaped(one.summary)} | `{one.needs.__name__}` | {options} |")
    return "\n".join(rows)


def main() -> None:
    """Write the table between its marks in the README."""
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{table(protocols())}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
