"""Tiny random models of many architectures, and what is expected of each: read alike in any batch, or refused, why."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import torch
import transformers
from transformers import CONFIG_MAPPING, AutoModelForCausalLM, PreTrainedModel

CONTEXT: Final = 128
VOCABULARY: Final = 262
EQUAL: Final = "equal"
SIZES: Final[Mapping[str, Any]] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": CONTEXT,
    "initializer_range": 0.3,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
EXPERTS: Final = {
    **{"moe_intermediate_size": 16, "num_experts": 4, "num_local_experts": 4, "n_routed_experts": 4},
    **{"num_experts_per_tok": 2, "shared_expert_intermediate_size": 16, "n_group": 1, "topk_group": 1},
}
LATENT: Final = {
    **{"num_key_value_heads": 4, "q_lora_rank": 16, "kv_lora_rank": 16},
    **{"qk_rope_head_dim": 8, "qk_nope_head_dim": 8, "v_head_dim": 8},
}
PLAIN: Final[Mapping[str, Any]] = {}
HEADS: Final = {"head_dim": 8}
WIDE: Final = {"sliding_window": CONTEXT}
GPT: Final = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": CONTEXT}

STATE: Final = "keeps a state (of a recurrence or a convolution)"
WINDOW: Final = "(a window, or chunks)"
INDEX: Final = "chooses the tokens it sees by an index"
OWN: Final = "has attention code of its own"
ALIBI: Final = "adds ALiBi, a bias that is made for a whole batch"
TURNS: Final = "turns positions by angles that change with the longest text of a pass"
BOTH_WAYS: Final = "is no decoder: its tokens see those after them"
SHAPES: Final = "its layers cache keys and values of different shapes"
LATER: Final = "attends otherwise from"


class Cell(NamedTuple):
    """A row of the matrix: a model type, what is special about this one, its settings, and what is expected.

    `expected` is `EQUAL`, or a part of the reason for which the model is refused.
    """

    kind: str
    variant: str
    settings: Mapping[str, Any]
    expected: str

    @property
    def name(self) -> str:
        """The architecture and its variant."""
        return f"{self.kind} {self.variant}".strip()

    def model(self, dtype: torch.dtype = torch.float32) -> PreTrainedModel:
        """The random model, the same each time."""
        transformers.logging.set_verbosity_error()  # remarks on sizes that no real model has
        torch.manual_seed(0)
        config = CONFIG_MAPPING[self.kind](**(SIZES | self.settings))
        model: PreTrainedModel = AutoModelForCausalLM.from_config(config, dtype=dtype).eval()
        return model.requires_grad_(requires_grad=False)


DECODERS: Final[Mapping[str, Mapping[str, Any]]] = {
    **dict.fromkeys(("llama", "arcee", "apertus", "bitnet", "ctrl", "diffllama", "ernie4_5", "fuyu", "granite"), PLAIN),
    **dict.fromkeys(("gemma", "glm", "glm4", "helium"), HEADS),
    **dict.fromkeys(("cohere", "gpt_neox", "internlm3", "jais2", "nanochat", "nemotron"), PLAIN),
    **dict.fromkeys(("olmo", "olmo2", "persimmon", "phi", "phi3", "seed_oss", "smollm3", "starcoder2"), PLAIN),
    **dict.fromkeys(("qwen2", "qwen3", "hyperclovax", "ministral3", "hunyuan_v1_dense"), HEADS),
    "opt": {"word_embed_proj_dim": 32, "ffn_dim": 64},
    **dict.fromkeys(("gpt2", "gpt_bigcode"), GPT),
    **dict.fromkeys(("ernie4_5_moe", "flex_olmo", "glm4_moe", "granitemoe", "granitemoeshared", "hy_v3"), EXPERTS),
    **dict.fromkeys(("jetmoe", "mixtral", "olmoe", "phimoe", "qwen2_moe", "qwen3_moe"), EXPERTS),
    **dict.fromkeys(("minimax_m2", "solar_open", "hunyuan_v1_moe"), EXPERTS | HEADS),
    **dict.fromkeys(("deepseek_v2", "deepseek_v3", "axk1", "longcat_flash", "youtu"), LATENT | EXPERTS | HEADS),
    **dict.fromkeys(("glm4_moe_lite", "minicpm3"), LATENT | EXPERTS),
    **dict.fromkeys(("mistral", "ministral", "gemma2", "gemma3_text", "cohere2", "exaone4", "olmo3"), HEADS | WIDE),
    **dict.fromkeys(("modernbert-decoder", "vaultgemma", "cwm", "afmoe", "gpt_oss"), EXPERTS | HEADS | WIDE),
}
"""Model types that are read alike in any batch, with what their configurations need to be small."""

REFUSED: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    **dict.fromkeys(("bert", "roberta", "electra", "camembert", "ernie", "roc_bert"), (BOTH_WAYS, {})),
    **dict.fromkeys(("stablelm", "biogpt", "xglm", "bart", "big_bird", "gpt_neox_japanese"), (OWN, {})),
    "gpt_neo": (OWN, {"attention_types": [[["global", "local"], 1]], "num_layers": 2, "num_heads": 4}),
    "bloom": (ALIBI, {"n_layer": 2, "n_head": 4}),
    "mpt": (ALIBI, {"d_model": 32, "n_layers": 2, "n_heads": 4}),
    **dict.fromkeys(("mamba", "falcon_mamba", "jamba", "recurrent_gemma"), (STATE, {})),
    **dict.fromkeys(("qwen3_next", "qwen3_5_text", "falcon_h1"), (STATE, EXPERTS)),
    "lfm2": (STATE, {"layer_types": ["conv", "full_attention"]}),
    **dict.fromkeys(("deepseek_v32", "glm_moe_dsa"), (INDEX, LATENT | EXPERTS)),
    "mimo_v2_flash": (SHAPES, EXPERTS | WIDE),
    "gemma4_unified_text": (SHAPES, HEADS | WIDE),
}
"""Model types that are refused whatever their configuration says, and why."""

ROTARY_GPT: Final = {**GPT, "rotary_dim": 4}
ON_THE_BACKEND: Final = bool(getattr(transformers.CodeGenPreTrainedModel, "_supports_attention_backend", False))
"""True from transformers 5.24 on, where GPT-J and CodeGen have no attention code of their own any more."""

if ON_THE_BACKEND:
    DECODERS = {**DECODERS, "gptj": ROTARY_GPT, "codegen": ROTARY_GPT}  # type: ignore[misc]
else:
    REFUSED = {**REFUSED, "gptj": (OWN, ROTARY_GPT), "codegen": (OWN, ROTARY_GPT)}  # type: ignore[misc]


def scaled(kind: str, **more: Any) -> dict[str, Any]:
    """Settings of a rotary embedding that is scaled."""
    return {"rope_parameters": {"rope_type": kind, "rope_theta": 10_000.0, **more}}


HALF: Final = {"original_max_position_embeddings": CONTEXT // 2}
WHOLE: Final = {"original_max_position_embeddings": CONTEXT}
LONG: Final = {"short_factor": [1.0] * 4, "long_factor": [4.0] * 4}
ROPES: Final = (
    Cell("llama", "rope linear", scaled("linear", factor=4.0), EQUAL),
    Cell("llama", "rope dynamic, in its length", scaled("dynamic", factor=4.0), EQUAL),
    Cell("llama", "rope yarn", scaled("yarn", factor=2.0, **HALF), EQUAL),
    Cell(
        "llama",
        "rope llama3",
        scaled("llama3", factor=2.0, low_freq_factor=1.0, high_freq_factor=4.0, **HALF),
        EQUAL,
    ),
    Cell("llama", "rope proportional", scaled("proportional", partial_rotary_factor=0.5), EQUAL),
    Cell("llama", "rope longrope", scaled("longrope", **LONG, **HALF), TURNS),
    Cell("phi3", "rope longrope", scaled("longrope", **LONG, **HALF) | HALF, TURNS),
    Cell(
        "phi3",
        "rope longrope, in its length",
        scaled("longrope", factor=2.0, **LONG, **WHOLE) | WHOLE,
        EQUAL,
    ),
)
WINDOWS: Final = (
    Cell("mistral", "window 8", HEADS | {"sliding_window": 8}, WINDOW),
    Cell("mistral", "window one short", HEADS | {"sliding_window": CONTEXT - 1}, WINDOW),
    Cell("mistral", "no window", HEADS | {"sliding_window": None}, EQUAL),
    Cell("qwen2", "window off", HEADS | {"sliding_window": 8, "use_sliding_window": False}, EQUAL),
    Cell(
        "qwen2",
        "window on",
        HEADS | {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": 0},
        WINDOW,
    ),
    Cell("gemma2", "window 8", HEADS | {"sliding_window": 8}, WINDOW),
    Cell("gemma3_text", "window 8", HEADS | {"sliding_window": 8}, WINDOW),
    Cell("gpt_oss", "window 8", EXPERTS | HEADS | {"sliding_window": 8}, WINDOW),
    Cell("llama4_text", "chunks of the context", EXPERTS | HEADS | {"attention_chunk_size": CONTEXT}, EQUAL),
    Cell("llama4_text", "chunks of 8", EXPERTS | HEADS | {"attention_chunk_size": 8}, WINDOW),
    Cell(
        "llama4_text",
        "temperature from 16",
        EXPERTS | HEADS | {"attention_chunk_size": CONTEXT, "floor_scale": 16},
        LATER,
    ),
    Cell("doge", "window of the context", HEADS | {"keep_window_size": CONTEXT}, EQUAL),
    Cell("doge", "window 16", HEADS | {"keep_window_size": 16}, LATER),
    Cell("falcon", "", {"multi_query": False}, OWN),
    Cell("falcon", "ALiBi", {"multi_query": False, "alibi": True}, ALIBI),
)


def matrix() -> Iterator[Cell]:
    """All rows: decoders, rotary embeddings, windows, and kinds that are refused."""
    yield from (Cell(kind, "", settings, EQUAL) for kind, settings in DECODERS.items())
    yield from ROPES
    yield from WINDOWS
    yield from (Cell(kind, "", settings, reason) for kind, (reason, settings) in REFUSED.items())
