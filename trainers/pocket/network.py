"""Building, saving and loading the weights of the pocket models."""

import json
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    PreTrainedTokenizerBase,
)

from .learn import ATTENTION
from .recipes import Recipe
from .tokenizer import CONTEXT

ADAPTER = "adapter_config.json"


def build(recipe: Recipe, tokenizer: PreTrainedTokenizerBase, parent: Path | None, seed: int) -> nn.Module:
    """The initial model of a recipe in float32: with its parent's weights, or random ones."""
    torch.manual_seed(seed)
    if parent is None:
        return LlamaForCausalLM(configuration(recipe, tokenizer))
    if recipe.kind == "reward":
        return LlamaForSequenceClassification.from_pretrained(
            parent, num_labels=1, dtype=torch.float32, attn_implementation=ATTENTION
        )
    model = LlamaForCausalLM.from_pretrained(parent, dtype=torch.float32, attn_implementation=ATTENTION)
    if recipe.kind == "full":
        return model
    return get_peft_model(model, LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"))


def configuration(recipe: Recipe, tokenizer: PreTrainedTokenizerBase) -> LlamaConfig:
    """A Llama of the recipe's shape with this vocabulary."""
    shape = recipe.shape
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.width,
        intermediate_size=shape.forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        initializer_range=shape.width**-0.5,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        attn_implementation=ATTENTION,  # type: ignore[call-arg]
    )


def save(model: nn.Module, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Write the weights in bfloat16, the configuration and, unless it is an adapter, the tokenizer."""
    saved = model.to("cpu", torch.bfloat16)
    saved.save_pretrained(folder, safe_serialization=True)  # type: ignore[operator]
    if isinstance(model, PeftModel):
        _name_parent(folder)
    else:
        tokenizer.save_pretrained(folder)


def _name_parent(folder: Path) -> None:
    """Write the parent into an adapter's configuration by name instead of by path."""
    file = folder / ADAPTER
    content = json.loads(file.read_text(encoding="utf-8"))
    content["base_model_name_or_path"] = Path(content["base_model_name_or_path"]).name
    file.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read(folder: Path) -> Any:  # noqa: ANN401 - a transformers or a peft model
    """Load a saved model as its users do: bfloat16 weights, computation in float32, an adapter on its parent."""
    if parent := _parent(folder):
        return PeftModel.from_pretrained(read(parent), folder).eval()
    kind: Any = AutoModelForCausalLM
    if AutoConfig.from_pretrained(folder).architectures == ["LlamaForSequenceClassification"]:
        kind = LlamaForSequenceClassification
    return kind.from_pretrained(folder, dtype=torch.float32).eval()


def tokenizer_of(folder: Path) -> PreTrainedTokenizerBase:
    """The tokenizer of a saved model; an adapter has its parent's."""
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(_parent(folder) or folder)
    return tokenizer


def _parent(folder: Path) -> Path | None:
    """The folder of an adapter's parent; None if this is not an adapter."""
    file = folder / ADAPTER
    if not file.exists():
        return None
    return folder.parent / str(json.loads(file.read_text(encoding="utf-8"))["base_model_name_or_path"])
