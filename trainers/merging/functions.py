"""What makes the function of a model besides its tensors: the keys of its configuration, compared before a merge.

Two models of the same names and shapes compute different things if their rotary base, their norms, their activation,
their windows, .. differ: their mean computes neither.
"""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ...agents.errors import ArchitectureMismatch, BadModel

INERT: Final = frozenset(
    (
        # Where it comes from, how it is stored and run.
        *("_name_or_path", "name_or_path", "architectures", "auto_map", "transformers_version", "torch_dtype", "dtype"),
        *("use_cache", "_attn_implementation", "attn_implementation", "_experts_implementation", "return_dict"),
        *("output_attentions", "output_hidden_states", "output_router_logits", "chunk_size_feed_forward"),
        *("gradient_checkpointing", "pretraining_tp", "unsloth_version", "unsloth_fixed", "cache_implementation"),
        # Tokens and output rows: compared as vocabularies, shapes and ties.
        *("bos_token_id", "eos_token_id", "pad_token_id", "vocab_size", "tie_word_embeddings"),
        *("id2label", "label2id", "problem_type", "num_labels"),
        # Training alone.
        *("initializer_range", "attention_dropout", "hidden_dropout", "resid_pdrop", "embd_pdrop", "attn_pdrop"),
        *("classifier_dropout", "attention_probs_dropout_prob", "hidden_dropout_prob", "dropout", "embedding_dropout"),
        *("resid_dropout", "activation_dropout", "layerdrop", "router_aux_loss_coef", "router_jitter_noise"),
        *("router_z_loss_coef", "input_jitter_noise", "task_specific_params"),
    )
)
"""Keys that change nothing a finished model computes, or that are compared otherwise."""
LIMITS: Final = frozenset(("max_position_embeddings", "max_window_layers", "n_positions", "n_ctx"))
"""Keys that say how long a text may be: the first model's are kept, and a warning says so."""
STRETCHED: Final = ("dynamic", "longrope")
"""Rotary embeddings whose angles follow from how long a text may be."""


class _Missing:
    """Stands for a key that a configuration has not."""

    def __repr__(self) -> str:
        return "not there"


MISSING: Final = _Missing()


def check_functions(settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise `ArchitectureMismatch` unless models with these configurations compute the same of the same tensors.

    Warns of other lengths, and of keys that only one of them has. Raises `BadModel` for quantized weights.
    """
    for name, own in settings.items():
        if own.get("quantization_config"):
            raise BadModel(f"merge: the weights of {name} are quantized. Merge weights in floating point.")
    (first, lead), *others = ((name, dict(_flat(own))) for name, own in settings.items())
    limits = frozenset() if any(kind in STRETCHED for kind in lead.values() if isinstance(kind, str)) else LIMITS
    for name, own in others:
        differing = [key for key in sorted(lead.keys() | own.keys()) if not _same(key, lead, own)]
        told = {
            key: f"{key} is {own.get(key, MISSING)!r} there and {lead.get(key, MISSING)!r} in {first}"
            for key in differing
        }
        for key in differing:
            if key not in limits and not _of_one(key, lead, own):
                raise ArchitectureMismatch(
                    f"merge: {name} computes otherwise than {first}: {told[key]} (config.json). "
                    "Merge models of one architecture."
                )
        if differing:
            warnings.warn(
                f"merge: the config.json of {name} is another: {'; '.join(told.values())}. That of {first} is kept.",
                stacklevel=3,
            )


def _same(key: str, lead: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """True for a key that changes nothing, or is equal; a key that is not there is as good as one that is null."""
    inert = not INERT.isdisjoint((key.split(".")[0], key.rpartition(".")[2]))
    return inert or lead.get(key) == own.get(key)


def _of_one(key: str, lead: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """True for a key that only one has, at the top: its architecture does not know it."""
    return "." not in key and (key in lead) != (key in own)


def _flat(settings: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """The settings, those within others by a dotted name."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value
