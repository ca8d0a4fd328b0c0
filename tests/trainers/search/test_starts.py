"""Where particles start."""

import numpy as np
import pytest
from symposia.tests.support.hill import STEADY, utility
from symposia.trainers.search.starts import experts, spread
from symposia.trainers.search.swarm import Swarm


@pytest.mark.parametrize("mode", ["random", "zero", "best"])
def test_particles_start_as_they_are_told(mode: str) -> None:
    swarm = Swarm(np.eye(3), STEADY.model_copy(update={"velocity": mode, "iterations": 1}), seed=0)
    first = [particle.velocity.tolist() for particle in swarm.particles]
    swarm.tell({number: utility(vector) for number, vector in swarm.ask().items()})
    if mode == "random":
        assert all(sorted(one) == [-1, 0, 1] for one in first)
    else:
        assert first == np.zeros((3, 3)).tolist()
    if mode == "best":
        assert [particle.velocity.tolist() for particle in swarm.particles] == [[-1, 1, 0], [0, 0, 0], [0, 1, -1]]


def test_children_lie_on_lines_through_two_parents() -> None:
    rows = experts(4, 10, seed=3)
    assert rows[:4].tolist() == np.eye(4).tolist()
    assert rows.shape == (10, 4)
    assert rows.sum(1) == pytest.approx(np.ones(10))
    assert (experts(4, 10, seed=3) == rows).all()
    assert experts(1, 3, seed=0).tolist() == [[1.0]]


def test_a_spread_begins_at_the_origin() -> None:
    rows = spread(3, 5, seed=1, around=1.5)
    assert rows[0].tolist() == [0, 0, 0]
    assert (np.abs(rows[1:]) <= 1.5).all()
    assert len({tuple(row) for row in rows.tolist()}) == 5


def test_half_of_the_children_lie_beyond_their_parents() -> None:
    children = experts(2, 402, seed=5)[2:]
    between = ((children >= 0) & (children <= 1)).all(1).mean()
    assert 0.2 < between < 0.6
