"""Acyclic graphs of members, decoded from matrices of real numbers, after G-decode of Heterogeneous Swarms.

    sink    ~ nucleus of softmax(-out),   out_i = sum_j A[i, j]
    then, until no member is left:   u ~ nucleus of softmax(out of those left);   u -> v,  v ~ softmax(A[u, placed])

Feng et al. 2025, https://arxiv.org/abs/2502.04510. Every member but the sink speaks to one that is placed before it, or
to `fan_out` of them, so all words reach the sink. MoCo's rule (`moco`) draws the sink by 1 / out, which turns round for
negative sums, gives entries of zero no chance, and takes a softmax of what is already a probability.
"""

from collections.abc import Sequence
from random import Random
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from ...agents.topology import Topology
from ...topologies import Graph

Array = np.ndarray[Any, np.dtype[np.float64]]
Rule: TypeAlias = Literal["softmax", "moco"]

DIGITS: Final = 12
"""Probabilities that differ by less are equal: of equals, the later member comes first, as in MoCo."""


class Decoding(NamedTuple):
    """The decoding of a matrix into a graph: the nucleus (0 for the likeliest), arrows from a member, and the rule.

    >>> matrix = np.array([[0, 0.5, 0.2], [0.1, 0, 0.9], [0.3, 0.4, 0]])
    >>> Decoding(top_p=0).graph("abc", matrix, seed=0).arrows
    (('a', 'b'), ('b', 'c'))
    """

    top_p: float = 0.7
    fan_out: int = 1
    rule: Rule = "softmax"

    def graph(self, names: Sequence[str], matrix: Array, seed: int) -> Graph:
        """The graph of a matrix of shape (members, members); the same for the same matrix and seed."""
        drawn, out = Random(seed), matrix.sum(axis=1)
        left = list(range(len(names)))
        placed = [self.pick(left, inverse(out) if self.rule == "moco" else -out, drawn)]
        left.remove(placed[0])
        arrows = []
        while left:
            speaker = self.pick(left, out[left], drawn)
            readers = list(placed)
            for _ in range(min(self.fan_out, len(placed))):
                reader = self.pick(readers, matrix[speaker, readers], drawn)
                readers.remove(reader)
                arrows.append((names[speaker], names[reader]))
            left.remove(speaker)
            placed.append(speaker)
        return Graph(names, arrows)

    def pick(self, numbers: Sequence[int], values: Array, drawn: Random) -> int:
        """One of these numbers, from the fewest likeliest ones whose probabilities add up to more than `top_p`."""
        chances = self.softmax(values).round(DIGITS)
        order = sorted(range(len(numbers)), key=lambda at: (-chances[at], -numbers[at]))
        count = int(np.searchsorted(np.cumsum(chances[order]), self.top_p, side="right")) + 1
        kept = order[:count]
        weights = self.softmax(chances[kept]) if self.rule == "moco" else chances[kept]
        return numbers[drawn.choices(kept, weights.tolist())[0]]

    def softmax(self, values: Array) -> Array:
        """Probabilities of values; by MoCo's rule none for a zero, all for the infinite, equal ones for zeros alone."""
        if np.isinf(values).any():
            return np.asarray(np.isinf(values) / np.isinf(values).sum())
        counted = values != 0 if self.rule == "moco" and values.any() else np.ones_like(values, dtype=bool)
        powers = np.where(counted, np.exp(values - values[counted].max()), 0.0)
        return np.asarray(powers / powers.sum())


def inverse(out: Array) -> Array:
    """1 / out, infinite for zeros."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.abs(1 / out) * np.where(out < 0, -1, 1))


def matrix_of(entries: Sequence[float], count: int) -> Array:
    """The matrix of shape (count, count) with these entries outside of its diagonal, row by row; zeros on it.

    >>> matrix_of((1, 2), 2).tolist()
    [[0.0, 1.0], [2.0, 0.0]]
    """
    matrix = np.zeros((count, count))
    matrix[~np.eye(count, dtype=bool)] = entries
    return matrix


def sink(names: Sequence[str], topology: Topology) -> str:
    """The first member that nobody hears, which answers last.

    >>> sink("ab", Graph("ab", [("b", "a")]))
    'a'
    """
    heard = {speaker for name in names for speaker in topology.speakers(name)}
    return next(name for name in names if name not in heard)
