"""Changes to a scenario from the command line."""

from pathlib import Path

import pytest
from symposia.agents.errors import BadScenario
from symposia.scenarios.planning.yaml_files import read
from symposia.tests.support.written import scenario


def test_overrides_reach_into_lists(tmp_path: Path) -> None:
    changed = read(scenario(tmp_path), ["team.1.name=bronze", "task.limit=1", "sampling.temperature=0.5"])
    assert (changed.team[1].name, changed.task.limit, changed.sampling.temperature) == ("bronze", 1, 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("limit", "--set limit: no value. Write it as key.key=value."),
        ("team.9.name=x", "--set team.9.name=x: '9' is not an index of a list of 3. Count from 0."),
        ("seed.x=1", "--set seed.x=1: 'x' is below a plain value. Set the value above it."),
        ("task.limit=[", "--set task.limit=[: the value is not YAML. Quote it."),
    ],
)
def test_an_override_that_cannot_be_is_explained(tmp_path: Path, change: str, message: str) -> None:
    with pytest.raises(BadScenario) as raised:
        read(scenario(tmp_path), [change])
    assert str(raised.value) == message
