"""The list of faults and their tests is true."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", (HERE / "faults.md").read_text())


def test_faults_are_listed() -> None:
    assert len(NAMED) > 60


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_the_test_of_a_fault_is_there(file: str, name: str) -> None:
    assert f"def {name}(" in (HERE / file).read_text()
