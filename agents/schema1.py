"""Converts traces of schema 1, which name types by module and class, to schema 2.

Nothing writes schema 1 any more. A run that was begun with it is replayed as it is, and resumed in today's schema.
"""

from collections.abc import Mapping
from typing import Any, Final

from .tags import snake

TAGS: Final[Mapping[str, str]] = {
    "symposia.agents.models.decoding.Decode": "decode/1",
    "symposia.agents.models.decoding.Decoded": "decoded/1",
    "symposia.agents.models.decoding.Mean": "combine.mean/1",
    "symposia.agents.replay.Failure": "failure/1",
    "symposia.trainers.heads.forks.Explore": "branch_points.explore/1",
    "symposia.trainers.heads.forks.Forks": "branch_points.forks/1",
    "symposia.trainers.heads.forks.Fork": "branch_points.fork/1",
}
"""The exceptions to the rule in `tag_of_name`."""

KERNEL: Final = "symposia.agents.message."
"""The module whose types have tags without a file name."""

FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "decode/1": {"way": "method"},
    "decoded/1": {"given": "peer_logprobs", "apart": "divergence"},
    "branch_points.explore/1": {"way": "method"},
}
"""Renamed fields, old to new, by tag."""


def upgraded(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """JSON of schema 1 as JSON of schema 2."""
    if isinstance(value, list):
        return [upgraded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "@type" not in value:
        return {key: upgraded(item) for key, item in value.items()}
    tag = tag_of_name(value["@type"])
    names = FIELDS.get(tag, {})
    return {"@type": tag} | {names.get(key, key): upgraded(item) for key, item in value.items() if key != "@type"}


def tag_of_name(name: str) -> str:
    """The tag of a type named by module and class, as `symposia.protocols.text.debate.Revise`."""
    if name in TAGS:
        return TAGS[name]
    module, _, kind = name.rpartition(".")
    if name.startswith(KERNEL):
        return f"{snake(kind)}/1"
    return f"{module.rpartition('.')[2].lower()}.{snake(kind)}/1"
