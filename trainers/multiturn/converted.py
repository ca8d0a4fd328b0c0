"""Training sets, and a hub data set, made of rows of candidates that were built elsewhere or before."""

import json
from collections.abc import Sequence
from math import isfinite, nan
from pathlib import Path
from typing import Any

import yaml

from ...agents.durable import replace
from ...agents.errors import BadData
from .files import table_bytes, write_rows
from .rows import SINGLE_TURN, Row
from .sets import Bound, inputs, preferences, sft, split


def write_converted(  # noqa: PLR0913 - the conversion rules
    directory: Path,
    rows: Sequence[Row],
    *,
    system: str | None = None,
    minimum_gap: float = 0.0,
    bound: Bound | None = None,
    evaluated: float = 0.0,
    seed: int = 42,
) -> dict[str, int]:
    """Write dialogues, preferences and inputs, those of held-out conversations as `NAME_eval`; the rows by file.

    A set without a row is not written. Raises `BadData` where the rules leave no row in any of them.
    """
    written = {}
    for end, part in zip(("", "_eval"), split(rows, evaluated, seed), strict=True):
        sets: dict[str, Sequence[Row]] = {"sft": sft(part, system, bound), "inputs": inputs(part, system)}
        sets["preferences"] = pairs_or_none(part, system, minimum_gap)
        for name, found in sets.items():
            if found:
                write_rows(directory / f"{name}{end}", found)
                written[f"{name}{end}"] = len(found)
    if not written:
        raise BadData(f"convert: nothing is left of {len(rows)} rows. Lower the bound, or give more rows.")
    return written


def pairs_or_none(rows: Sequence[Row], system: str | None, minimum_gap: float) -> list[dict[str, Any]]:
    """The preferences of rows; none where no turn has two candidates of different scores."""
    try:
        return preferences(rows, system, minimum_gap)
    except BadData:
        return []


def write_hub(directory: Path, rows: Sequence[Row]) -> dict[str, int]:
    """Write rows in the columns of CollabLLM's hub sets, with a card: a folder to be uploaded as a data set."""
    columns = ("prompt", "completion", "conv_id", "score", *SINGLE_TURN, "turn_id", "sessions", "rewards")
    kept = [{name: row[name] for name in columns if name in row} for row in rows]
    replace(directory / "data" / "train.parquet", table_bytes(kept))
    replace(directory / "README.md", card(kept).encode())
    return {"train": len(kept)}


def card(rows: Sequence[Row]) -> str:
    """The card of a data set: where its file is, its size, and what the columns mean."""
    head = {
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/train.parquet"}]}],
        "tags": ["collabllm", "multiturn", "preference"],
    }
    metrics = sorted({name for row in rows for name in row.get("rewards", {})})
    conversations = len({row["conv_id"] for row in rows})
    turns = len({(row["conv_id"], row["turn_id"]) for row in rows})
    return "\n".join(
        [
            f"---\n{yaml.safe_dump(head, sort_keys=False).rstrip()}\n---\n",
            "# Conversations with candidates and their multiturn-aware rewards\n",
            f"{conversations:,} conversations of {turns:,} turns, {len(rows):,} candidates, built with Symposia.\n",
            "- `prompt`: the conversation before the candidate, without system turns",
            "- `completion`, `score`: a candidate, and its mean reward over sampled futures",
            "- `conv_id`, `turn_id`: the conversation, and the number of messages in the prompt",
            "- `single_turn_prompt`, `single_turn_completion`, `single_turn_metadata`: the goal and its reference",
            f"- `sessions`, `rewards`: the futures, and their scores by metric ({json.dumps(metrics)})\n",
        ]
    )


def parsed_bound(text: str) -> Bound:
    """A bound as written on a command line, `rewards.accuracy>=0.5`. Raises `BadData`.

    >>> parsed_bound("rewards.accuracy>=0.5")
    Bound(path='rewards.accuracy', least=0.5)
    """
    path, sign, least = text.partition(">=")
    try:
        value = float(least)
    except ValueError:
        value = nan
    if not sign or not path.strip() or not isfinite(value):
        raise BadData(f"bound: {text!r} is not a metric with its least value. Write rewards.accuracy>=0.5.")
    return Bound(path.strip(), value)
