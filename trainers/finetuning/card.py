"""Model cards in the form that the hub reads: YAML on top, then words."""

from collections.abc import Mapping
from typing import Any, Final

import yaml

from .lineage import Lineage

METHODS: Final[Mapping[str, str]] = {
    "sft": "supervised training on answers, with the loss on the answers' tokens alone",
    "dpo": "direct preference optimization on pairs of answers to one prompt",
    "grpo": "group relative policy optimization on rewards of sampled answers",
    "co_llm": "the likelihood of right answers under a mixture with a mentor, together with a deferral head",
}
TAGS: Final[Mapping[str, str]] = {"sft": "sft", "dpo": "dpo", "grpo": "grpo", "co_llm": "co-llm"}


def card(lineage: Lineage, *, adapts: bool) -> str:
    """The card of trained weights, as Markdown."""
    head: dict[str, Any] = {
        **({"base_model": lineage.base.path} if lineage.base.on_hub else {}),
        "library_name": "peft" if adapts else "transformers",
        "pipeline_tag": "text-generation",
        "tags": [*(["lora"] if adapts else []), "trl", *dict.fromkeys(TAGS[one.method] for one in line(lineage))],
    }
    steps = [
        f"{number}. `{one.name}@{one.version}`: {METHODS[one.method]}; {one.rows:,} rows, {one.tokens:,} tokens with a "
        f"loss (data {one.data}), seed {one.seed}."
        for number, one in enumerate(line(lineage), start=1)
    ]
    base = f"`{lineage.base.path}`" + (f" at `{lineage.base.revision}`" if lineage.base.revision else "")
    kind = "A LoRA adapter on" if adapts else "All weights of"
    loading = (
        [
            "    from peft import PeftModel",
            "    from transformers import AutoModelForCausalLM",
            "",
            f'    base = AutoModelForCausalLM.from_pretrained("{lineage.base.path}")',
            '    model = PeftModel.from_pretrained(base, "THIS_FOLDER")',
        ]
        if adapts
        else [
            "    from transformers import AutoModelForCausalLM",
            "",
            '    model = AutoModelForCausalLM.from_pretrained("THIS_FOLDER")',
        ]
    )
    used = ", ".join(f"{name} {number}" for name, number in lineage.libraries.items())
    return "\n".join(
        [
            "---",
            yaml.safe_dump(head, sort_keys=False).rstrip(),
            "---",
            "",
            f"# {lineage.name}, version {lineage.version}",
            "",
            f"{kind} {base}, trained by Symposia with {used}.",
            "",
            *steps,
            "",
            "`lineage.json` has all settings. To load it:",
            "",
            *loading,
            "",
        ]
    )


def line(lineage: Lineage) -> list[Lineage]:
    """The trainings that made these weights, the first one first."""
    found: list[Lineage] = []
    one: Lineage | None = lineage
    while one is not None:
        if one.method:
            found.append(one)
        one = one.parent
    return found[::-1]
