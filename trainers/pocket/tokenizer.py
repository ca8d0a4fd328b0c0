"""The tokenizers of the pocket models: any text can be encoded, and decodes to itself.

The shared one has one token for each digit, each letter and each word of the questions and of the protocols' templates;
everything else falls back to subwords and bytes. The foreign one has bytes alone.
"""

import re
from collections.abc import Iterable
from string import ascii_letters, digits, punctuation

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerFast

PAD, END = "<|pad|>", "<|end|>"
ROLES = ("user", "assistant", "system")
SPECIAL = (PAD, END, *(f"<|{role}|>" for role in ROLES))
CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}"
    "{% if not (loop.last and continue_final_message) %}<|end|>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
CONTEXT = 1024
WORD = r" ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s"


def shared(texts: Iterable[str]) -> Tokenizer:
    """A byte-level BPE tokenizer with only the merges that make every word of these texts one token."""
    words = set(re.findall(r"[A-Za-z]+|[^\sA-Za-z\d]+", " ".join(texts)))
    units = {*words, *ascii_letters, *digits, *punctuation}
    tokenizer = _byte_level()
    tokenizer.train_from_iterator(
        sorted(text for unit in units for text in (unit, f" {unit}")),
        BpeTrainer(
            vocab_size=CONTEXT * 2,
            special_tokens=list(SPECIAL),
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        ),
    )
    return tokenizer


def foreign() -> Tokenizer:
    """A tokenizer of the 256 bytes, with other ids than those of the shared one."""
    tokenizer = _byte_level()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.model = BPE(vocab={byte: index for index, byte in enumerate(alphabet)}, merges=[])
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    return tokenizer


def wrapped(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer for transformers, with the chat template: a role's token, the text, the end token."""
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        model_max_length=CONTEXT,
        padding_side="left",
        clean_up_tokenization_spaces=False,
        chat_template=CHAT_TEMPLATE,
    )


def _byte_level() -> Tokenizer:
    """A byte-level tokenizer that prepends a space to every text and strips it when decoding.

    A letter is thereby the same token everywhere, also at the beginning of an answer, so that copying it is easy.
    """
    tokenizer = Tokenizer(BPE())
    tokenizer.normalizer = normalizers.Prepend(" ")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORD), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Strip(" ", 1, 0)])
    return tokenizer
