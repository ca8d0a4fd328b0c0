"""Small real models, made on the spot: two-layer Llamas with a byte tokenizer and a chat template."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    CLIPImageProcessorPil,
    CLIPVisionConfig,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)

TEMPLATE = (
    "<bos>{% for message in messages %}<{{ message.role }}>{{ message.content }}<end>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
SPECIAL = ("<bos>", "<end>", "<pad>", "<system>", "<user>", "<assistant>")


def tokenizer(*words: str, template: str | None = TEMPLATE, end: str | None = "<end>") -> PreTrainedTokenizerFast:
    """One token a byte, the special tokens, and whatever words are to be one token each."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    built = Tokenizer(models.BPE(vocab={character: number for number, character in enumerate(alphabet)}, merges=[]))
    built.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    built.decoder = decoders.ByteLevel()
    built.add_special_tokens(list(SPECIAL))
    built.add_tokens([AddedToken(word, normalized=False) for word in words])
    fast = PreTrainedTokenizerFast(tokenizer_object=built, bos_token="<bos>", eos_token=end, pad_token="<pad>")
    fast.chat_template = template
    return fast


def llama(
    folder: Path,
    *words: str,
    seed: int = 0,
    template: str | None = TEMPLATE,
    end: str | None = "<end>",
    kind: Any = LlamaForCausalLM,
    **config: Any,
) -> Path:
    """Save a random Llama of two layers and its tokenizer; returns the folder."""
    words_and_ids = tokenizer(*words, template=template, end=end)
    settings: dict[str, Any] = {
        "vocab_size": len(words_and_ids),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 128,
        "initializer_range": 0.3,
        "bos_token_id": words_and_ids.bos_token_id,
        "eos_token_id": words_and_ids.eos_token_id,
        "pad_token_id": words_and_ids.pad_token_id,
        "tie_word_embeddings": False,
    }
    torch.manual_seed(seed)
    model = kind(LlamaConfig(**(settings | config)))
    model.save_pretrained(folder)
    words_and_ids.save_pretrained(folder)
    return folder


def adapter(base: Path, folder: Path, seed: int = 0, **config: Any) -> Path:
    """Save a random LoRA adapter that peft made."""
    torch.manual_seed(seed)
    settings = {"r": 4, "lora_alpha": 16, "target_modules": ["q_proj", "down_proj"], "init_lora_weights": False}
    get_peft_model(LlamaForCausalLM.from_pretrained(base), LoraConfig(**(settings | config))).save_pretrained(folder)
    return folder


def rewarder(folder: Path, seed: int = 0, **config: Any) -> Path:
    """Save a random reward model: a Llama of two layers that gives one score."""
    return llama(folder, seed=seed, kind=LlamaForSequenceClassification, **{"num_labels": 1, **config})


def reciter(folder: Path, *pieces: str, words: tuple[str, ...] = (), template: str | None = TEMPLATE) -> Path:
    """Save a real Llama that answers anything with these pieces of text, one after the other.

    Its attention and its MLPs add nothing, its embeddings are unit vectors, and its output layer knows
    what follows each token; so no token may come twice.
    """
    known = tokenizer(*words, template=template)
    chain = known.encode("<assistant>" + "".join(pieces), add_special_tokens=False)
    if len(set(chain)) < len(chain):
        raise ValueError(f"{pieces}: a token comes twice.")
    llama(folder, *words, template=template, hidden_size=320)
    model = LlamaForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(len(known), 320))
        model.lm_head.weight.zero_()
        for token, following in pairwise(chain):
            model.lm_head.weight[following, token] = 1.0
    model.save_pretrained(folder)
    return folder


def beginning(folder: Path, whole: Path, layers: int) -> Path:
    """Save the first layers of a model, with its embeddings, its output layer and its tokenizer."""
    model = LlamaForCausalLM.from_pretrained(whole)
    model.model.layers = model.model.layers[:layers]
    model.config.num_hidden_layers = layers
    model.save_pretrained(folder)
    PreTrainedTokenizerFast.from_pretrained(whole).save_pretrained(folder)
    return folder


SEEING = (
    "<bos>{% for message in messages %}<{{ message.role }}>{% for part in message.content %}"
    "{% if part.type == 'image' %}<image>{% else %}{{ part.text }}{% endif %}{% endfor %}<end>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def llava(folder: Path, seed: int = 0, **settings: Any) -> Path:
    """Save a random Llava that sees an image of any size as four tokens; returns the folder."""
    words = tokenizer("<image>", template=SEEING)
    text = LlamaConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        initializer_range=0.3,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
        tie_word_embeddings=False,
        **settings,
    )
    eyes = CLIPVisionConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=28,
        patch_size=14,
        initializer_range=0.3,
    )
    layout = {"vision_feature_select_strategy": "default"}
    token = words.convert_tokens_to_ids("<image>")
    torch.manual_seed(seed)
    LlavaForConditionalGeneration(
        LlavaConfig(
            vision_config=eyes,
            text_config=text,
            image_token_id=token,
            vision_feature_layer=-1,
            image_seq_length=4,
            **layout,
        )
    ).save_pretrained(folder)
    pixels = CLIPImageProcessorPil(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    shape = {"patch_size": 14, "num_additional_image_tokens": 1}
    LlavaProcessor(pixels, words, chat_template=SEEING, **shape, **layout).save_pretrained(folder)
    return folder
