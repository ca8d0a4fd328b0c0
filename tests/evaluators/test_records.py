"""A sample of every published data set that is here: loaded, asked, and graded as it should be.

The whole of it is `benchmarks/records.py`.
"""

from pathlib import Path

import pytest
from symposia.evaluators.datasets.local import moco_file
from symposia.evaluators.datasets.registered import registered
from symposia.tests.support.data import SHARED, needs_shared_data
from symposia.tests.support.records import tally

HERE = sorted({file.name.split(".")[0] for file in SHARED.glob("*.jsonl.gz")} & set(registered()))
MOCO = [name for name, one in registered().items() if (one.source or "").startswith("moco:")]

FEW = ("Answer:", "is, bold", "box")
"""Styles of the sample; the benchmark has twelve."""


async def check(name: str, split: str, limit: int) -> None:
    found = await tally(name, split, limit=limit, styles=FEW)
    assert found.exceptions == []
    assert found.accounted
    assert found.empty[False] == 0
    assert found.misread == set()


@needs_shared_data
@pytest.mark.parametrize("name", HERE)
async def test_records_are_asked_and_graded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPOSIA_DATA", str(SHARED))
    await check(name, "dev" if len(name) % 2 else "test", 3)


@pytest.mark.parametrize("name", [name for name in MOCO if name not in HERE])
async def test_records_of_the_package_are_asked_and_graded(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if moco_file(name) is None:
        pytest.skip("modelco is not on this machine: set SYMPOSIA_MOCO")
    monkeypatch.setenv("SYMPOSIA_DATA", str(tmp_path))
    await check(name, "test", 1)
