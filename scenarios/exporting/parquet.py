"""The samples of a finished run as a Parquet file: one row a question, the fields of `samples.jsonl` as columns."""

import json
from pathlib import Path
from typing import Any

from ...evaluators.sample import Sample
from .recorded import Recorded


def write_parquet(run: Recorded, out: Path) -> str:
    """Write the samples; returns a line that says how many. Values that are no numbers or texts are JSON."""
    import pyarrow  # type: ignore[import-untyped]
    import pyarrow.parquet  # type: ignore[import-untyped]

    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([row(one) for one in run.samples], schema=schema()), out)
    return f"{len(run.samples)} samples."


def schema() -> Any:  # noqa: ANN401 - pyarrow's
    """The columns and their types, which are the same for every run."""
    import pyarrow

    text, number, count = pyarrow.string(), pyarrow.float64(), pyarrow.int64()
    texts = ("id", "question", "gold", "output", "parsed", "why", "reason", "stop", "group", "cluster", "verdict")
    counts = ("prompt_tokens", "completion_tokens", "calls", "judge_calls", "judge_tokens")
    numbers = ("score", "seconds", "cost")
    columns = [*((one, text) for one in texts), *((one, number) for one in numbers), *((one, count) for one in counts)]
    return pyarrow.schema([*columns, ("parts", text), ("earlier", pyarrow.list_(text))])


def row(sample: Sample) -> dict[str, Any]:
    """One sample as a row."""
    usage, judging = sample.usage, sample.judging
    gold = sample.gold if sample.gold is None or isinstance(sample.gold, str) else json.dumps(sample.gold)
    return {
        **{name: getattr(sample, name) for name in ("id", "question", "output", "parsed", "score", "why", "reason")},
        **{name: getattr(sample, name) for name in ("stop", "seconds", "group", "cluster", "verdict")},
        "gold": gold,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "calls": usage.calls,
        "cost": usage.cost,
        "judge_calls": 0 if judging is None else judging.calls,
        "judge_tokens": 0 if judging is None else judging.prompt_tokens + judging.completion_tokens,
        "parts": json.dumps(dict(sample.parts)),
        "earlier": list(sample.earlier),
    }
