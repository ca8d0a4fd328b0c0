"""The tokenizers of the pocket models: any text can be encoded, and decodes to itself.

The shared one has one token for each digit, each letter and each word of the questions and of the
protocols' templates; everything else falls back to pieces of words and to bytes. The foreign one has
nothing but bytes.
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
    """A byte-level BPE with the merges that make every word of these texts one token, and no others."""
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
    """A tokenizer whose tokens are the 256 bytes, numbered otherwise than the shared one numbers them."""
    tokenizer = _byte_level()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.model = BPE(vocab={byte: index for index, byte in enumerate(alphabet)}, merges=[])
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    return tokenizer


def wrapped(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer as transformers knows it, with the chat template: a role's token, the text, the end token."""
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
    """Bytes, with a space before every text that decoding takes away again.

    So a letter is the same token wherever it stands, at the beginning of an answer too, and copying
    it takes nothing to be learned.
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
