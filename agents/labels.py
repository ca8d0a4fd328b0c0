"""Labels in prompts and replies, for models that show no distributions over them."""

import re
from collections.abc import Sequence


def named_labels(text: str, labels: Sequence[str]) -> tuple[int, ...]:
    """Indices of the labels that occur in a text as whole words, in the order of their first occurrence.

    Matching is strict: "12" names neither "1" nor "2".
    """
    found = ((re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text), index) for index, label in enumerate(labels))
    return tuple(index for _, index in sorted((match.start(), index) for match, index in found if match))


def numbered(options: Sequence[tuple[str, str]]) -> str:
    """Options as a numbered list for a prompt: `1. name: description`."""
    return "\n".join(f"{i}. {name}: {text}" if text else f"{i}. {name}" for i, (name, text) in enumerate(options, 1))
