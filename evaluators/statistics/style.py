"""Style control: the share of wins that is left when length and markdown of both answers are equal.

    P(win) = s(beta + sum_k gamma_k * x_k),        controlled share = s(beta)

Features x_k are differences of the two answers on their pair, (a - b) / (a + b), scaled by their spread and not
centred, so that 0 is equal style and no other model in a file moves a model's number. Length is counted in words,
markdown as headers, list items and bold passages a word; fenced code is left out. After arena-hard-auto, whose own
subsets `length` and `markdown` do not run; what differs is the scale, which there is that of the pool of all models.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from ...agents.errors import BadData, UnknownName
from .arena import STRONG
from .logistic import fitted, sigmoid

FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (),
    "length": ("length",),
    "markdown": ("headers", "lists", "bold"),
    "both": ("length", "headers", "lists", "bold"),
}
"""The features of each control, by name."""

_FENCED: Final = re.compile(r"```.*?(```|\Z)", re.DOTALL)
_COUNTED: Final = {
    "headers": re.compile(r"^#{1,6}\s", re.MULTILINE),
    "lists": re.compile(r"^\s*(?:[-*+]|\d+\.)\s", re.MULTILINE),
    "bold": re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__"),
}


class Style(NamedTuple):
    """The words of a text, and its headers, list items and bold passages.

    >>> style_of("# Sums\\n- **four**\\n```\\n# five\\n```")
    Style(length=4, headers=1, lists=1, bold=1)
    """

    length: int
    headers: int
    lists: int
    bold: int


def style_of(text: str) -> Style:
    """The style of an answer."""
    bare = _FENCED.sub("", text)
    return Style(len(bare.split()), *(len(pattern.findall(bare)) for pattern in _COUNTED.values()))


def differences(answer: Style, baseline: Style) -> dict[str, float]:
    """The features of a pair by name; positive where the answer has more, 0 where both have as much."""
    found = {"length": (answer.length - baseline.length) / max(1, answer.length + baseline.length)}
    for name in FEATURES["markdown"]:
        one, other = (getattr(style, name) / (style.length + 1) for style in (answer, baseline))
        found[name] = (one - other) / (one + other + 1)
    return found


class Controlled(NamedTuple):
    """A share of wins at equal style, and the coefficients of the features by name.

    >>> Controlled(0.5, {}).share
    0.5
    """

    share: float
    coefficients: Mapping[str, float]


def style_controlled(
    values: Sequence[float], pairs: Sequence[tuple[Style, Style]], control: str = "both"
) -> Controlled:
    """The weighted share of wins of games at equal style; `pairs` are the styles of answer and baseline in each.

    A feature that is the same in all pairs is left out. Raises `UnknownName` for a control, `BadData` for no games and
    for data that no fit explains best.
    """
    if control not in FEATURES:
        raise UnknownName("style control", control, FEATURES)
    if not values:
        raise BadData("style control: there are no games. Give at least one.")
    rows = [differences(*pair) for pair in pairs]
    columns, names = [np.ones(len(rows))], []
    for name in FEATURES[control]:
        column = np.array([row[name] for row in rows])
        if spread := float(column.std()):
            columns.append(column / spread)
            names.append(name)
    labels = np.array([0.5 + 0.5 * np.sign(value - 0.5) for value in values])
    weights = np.array([float(STRONG) if value in (0.0, 1.0) else 1.0 for value in values])
    found = fitted(np.stack(columns, axis=1), labels, weights)
    return Controlled(float(sigmoid(found[:1])[0]), dict(zip(names, map(float, found[1:]), strict=True)))
