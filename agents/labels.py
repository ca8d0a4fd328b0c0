"""How a verdict is read from text, where a model shows no distribution to read it from."""

import re
from collections.abc import Sequence


def named_labels(text: str, labels: Sequence[str]) -> tuple[int, ...]:
    """Positions of the labels that stand in a text as whole words, in the order they first appear.

    Strict on purpose: "12" names neither "1" nor "2".
    """
    found = ((re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text), index) for index, label in enumerate(labels))
    return tuple(index for _, index in sorted((match.start(), index) for match, index in found if match))


def numbered(options: Sequence[tuple[str, str]]) -> str:
    """Options as a numbered list a model can choose from: `1. name: description`."""
    return "\n".join(f"{i}. {name}: {text}" if text else f"{i}. {name}" for i, (name, text) in enumerate(options, 1))
