"""Runs that are killed by SIGKILL. `make kills` kills a hundred of them, and a training."""

from pathlib import Path

import pytest
from symposia.tests.support.kills import SCENARIOS, killed_often

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_that_is_killed_ends_as_an_undisturbed_one_and_asks_no_model_twice(name: str, tmp_path: Path) -> None:
    lab, kills = killed_often(name, tmp_path, 1, seed=len(name))
    assert len(kills) == 1
    assert (lab.repeated_in_the_trace(), lab.repeated_at_the_models(kills)) == (0, 0)
