"""The notebooks of the guide run from top to bottom, offline, and are kept without output."""

from pathlib import Path

import pytest
import symposia

pytestmark = pytest.mark.long

FOLDER = Path(symposia.__file__).parent / "docs" / "notebooks"
NAMES = sorted(path.name for path in FOLDER.glob("*.ipynb"))

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")


def test_there_are_two() -> None:
    assert NAMES == ["compose.ipynb", "conversations.ipynb"]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_from_top_to_bottom(name: str, tmp_path: Path) -> None:
    book = nbformat.read(FOLDER / name, 4)
    assert [cell.outputs for cell in book.cells if cell.cell_type == "code" and cell.outputs] == []
    nbclient.NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    written = "".join(
        output.get("text", "") for cell in book.cells if cell.cell_type == "code" for output in cell.outputs
    )
    assert ("Error" in written, "Traceback" in written) == (False, False)
    if name == "conversations.ipynb":
        assert "no difference" in written or "the same" in written, written
