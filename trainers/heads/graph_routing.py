"""Fits a graph router to the outcomes on dev, routes by it, and tells what it is worth on questions it has not seen."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from ...agents.outcomes import Outcomes
from ...evaluators.embedding import neighbours as near

if TYPE_CHECKING:
    from .graph_router import Edges, Weights

Targets: TypeAlias = Literal["utility", "best", "first"]
Array = np.ndarray[Any, np.dtype[np.float64]]

FOLDS: Final = 5
DIGITS: Final = 6
"""Scores that differ by less are equal."""


class GraphRouting(NamedTuple):
    """The settings of a router's fit: the encoder, descriptions of members, its width, its steps and its targets.

    `edges` is False where the outcomes on dev are to be known by the weights alone, as in MoCo.

    >>> found = Outcomes(("1 + 1?", "abc?"), {"a": (1.0, 0.0), "b": (0.0, 1.0)}, {"a": (1, 1), "b": (1, 1)})
    >>> routing = GraphRouting(steps=50)
    >>> routing.routed(["1 + 2?"], found, routing.fitted(found, seed=1))
    ['a']
    """

    encoder: str = "ngrams"
    descriptions: Mapping[str, str] = {}
    width: int = 8
    steps: int = 400
    decay: float = 0.1
    targets: Targets = "utility"
    edges: bool = True

    def fitted(self, found: Outcomes, seed: int) -> "Weights":
        """The weights of the router, fitted to all of these outcomes."""
        import torch

        from .graph_router import Network, fitted

        targets = torch.tensor(targets_of(found, self.targets), dtype=torch.float32)
        edges = self._edges(found)
        network = Network.begun(edges, self.width, seed)
        return fitted(network, edges, targets, steps=self.steps, decay=self.decay).rows()

    def routed(self, texts: Sequence[str], found: Outcomes, weights: "Weights") -> list[str]:
        """The member for each question; of equals, who wrote less on dev, then the first."""
        from .graph_router import Network

        asked = self._features(texts, found.questions)
        scores = Network.of(weights).scores(asked, self._edges(found), dev=self.edges).numpy().round(DIGITS)
        names, tokens = list(found.scores), found.tokens
        return [names[max(range(len(names)), key=lambda at: (row[at], -tokens[names[at]]))] for row in scores]

    def held_out(self, found: Outcomes, seed: int) -> float:
        """The mean utility on dev where each question is routed by a router that was fitted without its fold."""
        count, utilities = len(found.questions), found.utilities
        earned = []
        for fold in range(min(FOLDS, count)):
            rest = found.only([at for at in range(count) if at % FOLDS != fold])
            own = [at for at in range(count) if at % FOLDS == fold]
            weights = self.fitted(rest, seed)
            names = self.routed([found.questions[at] for at in own], rest, weights)
            earned += [utilities[name][at] for name, at in zip(names, own, strict=True)]
        return float(np.mean(earned))

    def _edges(self, found: Outcomes) -> "Edges":
        import torch

        from .graph_router import Edges

        said = tuple(self.descriptions.get(name, "") for name in found.scores)
        written = np.array(list(found.written.values()), dtype=float).T
        outcomes = np.stack([scaled(found), written / max(written.max(), 1.0)], axis=-1)
        questions, members = self._features(found.questions, found.questions), self._features(said, said)
        return Edges(questions, members, torch.tensor(outcomes, dtype=torch.float32))

    def _features(self, texts: Sequence[str], known: tuple[str, ...]) -> Any:  # noqa: ANN401 - a tensor, not imported here
        """Cosines with known texts, centred, and of length 1 on average for the known ones: (texts, known)."""
        import torch

        usual, spread = _usual(self.encoder, known)
        alike = near.similarities(self.encoder, texts, known) if texts is not known else _alike(self.encoder, known)
        return torch.tensor((alike - usual) / spread, dtype=torch.float32)


def _alike(encoder: str, known: tuple[str, ...]) -> Array:
    vectors = near.known_vectors(encoder, known)
    return np.asarray(vectors @ vectors.T)


@lru_cache(maxsize=8)
def _usual(encoder: str, known: tuple[str, ...]) -> tuple[Array, float]:
    """The mean cosines with the known texts, and the length of the known ones' after these are taken off."""
    alike = _alike(encoder, known)
    usual = alike.mean(axis=0)
    return usual, float(np.sqrt(((alike - usual) ** 2).sum(axis=1).mean())) or 1.0


def scaled(found: Outcomes) -> Array:
    """The utilities of shape (questions, members), from 0 for the least to 1; all 0 where they are all the same.

    >>> scaled(Outcomes(("?",), {"a": (3.0,), "b": (1.0,)}, {"a": (0,), "b": (0,)})).tolist()
    [[1.0, 0.0]]
    """
    table = np.array(list(found.utilities.values())).T
    return np.asarray((table - table.min()) / ((table.max() - table.min()) or 1.0))


def targets_of(found: Outcomes, targets: Targets) -> Array:
    """The targets of a router: (questions, members), from 0 to 1.

    `utility` is the scaled one. `best` is 1 for all that are best; `first` for the first of them, so that the first
    member is right, too, where all are wrong: MoCo's.

    >>> found = Outcomes(("?", "!"), {"a": (1.0, 0.0), "b": (1.0, 0.0)}, {"a": (0, 0), "b": (0, 0)})
    >>> targets_of(found, "first").tolist(), targets_of(found, "utility").tolist()
    ([[1.0, 0.0], [1.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]])
    """
    table = scaled(found)
    if targets == "utility":
        return table
    if targets == "best":
        return np.asarray((table == table.max(axis=1, keepdims=True)).astype(float))
    return np.asarray(np.eye(table.shape[1])[table.argmax(axis=1)])
