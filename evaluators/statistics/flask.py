"""Means of FLASK by skill, and by skill, difficulty and domain, with what does not apply and what is unscored."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..sample import Sample
from .intervals import Interval, graded_interval


class SkillMean(NamedTuple):
    """The mean of a skill's scores with its 95 % interval, and the questions: scored, not applicable, unscored.

    >>> SkillMean("Factuality", Interval(4.0, 3.5, 4.5), 10, 2, 0).text
    '4.00 [3.50, 4.50], n 10, N/A 16.7 %, unscored 0.0 %'
    """

    name: str
    mean: Interval
    scored: int
    not_applicable: int
    unscored: int

    @property
    def text(self) -> str:
        """The mean and the shares, for readers."""
        total = max(1, self.scored + self.not_applicable + self.unscored)
        shares = f"N/A {100 * self.not_applicable / total:.1f} %, unscored {100 * self.unscored / total:.1f} %"
        if self.mean.value is None:
            return f"none, n 0, {shares}"
        limits = "" if self.mean.low is None else f" [{self.mean.low:.2f}, {self.mean.high:.2f}]"
        return f"{self.mean.value:.2f}{limits}, n {self.scored}, {shares}"


def by_skill(samples: Sequence[Sample]) -> list[SkillMean]:
    """The means by skill, in the order of the alphabet; a question is a cluster."""
    return grouped(samples, lambda skill, tags: [skill])


def by_cell(samples: Sequence[Sample]) -> list[SkillMean]:
    """The means by skill, difficulty and domain; a question of two domains counts in both."""

    def cells(skill: str, tags: Mapping[str, Any]) -> list[str]:
        level = tags.get("difficulty") or "no difficulty"
        return [f"{skill} / {level} / {domain}" for domain in tags.get("domains") or ["no domain"]]

    return grouped(samples, cells)


def grouped(samples: Sequence[Sample], names: Any) -> list[SkillMean]:  # noqa: ANN401 - (skill, tags) -> names
    """The means by the names that a skill and the tags of a question have."""
    found: dict[str, tuple[list[float], list[str], list[int]]] = {}
    for sample in samples:
        tags = sample.gold if isinstance(sample.gold, Mapping) else {}
        for skill in tags.get("skills") or ():
            for name in names(skill, tags):
                scores, clusters, counts = found.setdefault(name, ([], [], [0, 0]))
                if skill in sample.parts:
                    scores.append(sample.parts[skill])
                    clusters.append(sample.cluster or sample.id)
                else:
                    counts[sample.score is None] += 1
    return [
        SkillMean(name, graded_interval(scores, clusters), len(scores), *counts)
        for name, (scores, clusters, counts) in sorted(found.items())
    ]
