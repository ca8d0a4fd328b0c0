"""Grids."""

import pytest
from symposia.tests.support.hill import Scorer, utility
from symposia.trainers.search import search
from symposia.trainers.search.grid import Grid, simplex


async def test_a_grid_holds_every_weight() -> None:
    assert list(simplex(2, 2)) == [(0.0, 1.0), (0.5, 0.5), (1.0, 0.0)]
    assert len(list(simplex(3, 10))) == 66
    found = await search(Grid(simplex(3, 10)), Scorer())
    assert utility(found.best) == pytest.approx(0, abs=1e-9)
