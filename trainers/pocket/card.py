"""Model cards: training and accuracy, for machines (card.json) and people (README.md)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...evaluators.statistics.intervals import wilson
from .measure import measured
from .network import read, tokenizer_of
from .recipes import Recipe

CARD = "card.json"


def describe(folder: Path, recipe: Recipe, made: Mapping[str, Any], items: int) -> None:
    """Measure a saved model on the test split, and write its card."""
    model, tokenizer = read(folder), tokenizer_of(folder)
    accuracy = {}
    for skill, right in measured(model, tokenizer, items).items():
        interval = wilson(sum(right), len(right))
        accuracy[skill] = {"n": len(right), "right": sum(right), "value": interval.value}
        accuracy[skill] |= {"low": round(interval.low or 0.0, 4), "high": round(interval.high or 0.0, 4)}
    content = {
        "name": folder.name,
        "summary": recipe.summary,
        "kind": recipe.kind,
        "parent": recipe.parent,
        "parameters": sum(weight.numel() for weight in model.parameters()),
        **made,
        "recipe": {key: value for key, value in asdict(recipe).items() if key not in ("summary", "kind", "parent")},
        "split": "test",
        "accuracy": accuracy,
    }
    (folder / CARD).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(page(content), encoding="utf-8")


def page(card: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    recipe = card["recipe"]
    start = f"from `{card['parent']}`" if card["parent"] else "from random weights"
    rows = [
        f"| {skill} | {a['value']:.3f} | {a['low']:.3f} to {a['high']:.3f} | {a['n']} |"
        for skill, a in card["accuracy"].items()
    ]
    shares = [f"| {source} | {share:.3f} |" for source, share in recipe["mixture"]]
    what = "Which of two answers is right, by the higher reward" if card["kind"] == "reward" else "Greedy accuracy"
    return "\n".join(
        [
            f"# {card['name']}",
            "",
            card["summary"],
            "",
            f"A {card['kind']} model of {card['parameters']:,} parameters, trained {start} by `trainers/pocket`:",
            f"{recipe['steps']} steps of {recipe['batch']} examples, AdamW at {recipe['rate']} with a cosine schedule,",
            f"seed {card['seed']}, {card['seconds']} seconds. The loss is on the answers alone.",
            "Weights are bfloat16. License: Apache-2.0.",
            "",
            f"{what} on the test split, with 95 % Wilson intervals:",
            "",
            "| skill | accuracy | interval | items |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            "What it read (`trainers/pocket/sources.py` says what the names mean; `shuffled` are questions with the",
            "answers of other questions, on purpose: the model learns to be unsure where it knows nothing):",
            "",
            "| source | share |",
            "| --- | --- |",
            *shares,
            "",
        ]
    )
