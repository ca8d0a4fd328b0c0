"""Small tokenizers of the kinds that models come with, over bytes, letters or pieces."""

from collections.abc import Callable, Mapping
from typing import Final

from symposia.tests.support.tiny import SPECIAL, TEMPLATE
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

LETTERS: Final = tuple("abcdefghijklmnopqrstuvwxyz<>|/_?! \n")
BYTES: Final = tuple(f"<0x{byte:02X}>" for byte in range(256))


def bytewise() -> Tokenizer:
    """BPE over bytes, as of GPT-2, Llama 3 and Qwen, with a few merges."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("e", "n"), ("en", "d"), ("<", "end"), ("Ġ", "t")]
    words = [*alphabet, *("".join(pair) for pair in merges)]
    built = Tokenizer(models.BPE(vocab={word: number for number, word in enumerate(words)}, merges=merges))
    built.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    built.decoder = decoders.ByteLevel()
    return built


def sentence_pieces() -> Tokenizer:
    """BPE of SentencePiece with spaces as letters and bytes for the rest, as of Llama 2 and Mistral."""
    words = [*BYTES, "▁", *(letter for letter in LETTERS if letter != " "), "en", "end"]
    vocabulary = {word: number for number, word in enumerate(words)}
    built = Tokenizer(models.BPE(vocabulary, [("e", "n"), ("en", "d")], byte_fallback=True, fuse_unk=True))
    built.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    built.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return built


def metaspace() -> Tokenizer:
    """The same with the spaces marked by a pre-tokenizer, in front of the first word alone."""
    built = sentence_pieces()
    built.normalizer = None
    built.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    return built


def unigram() -> Tokenizer:
    """Pieces with scores, as of T5 and XLM-R, the end token among the pieces."""
    pieces = [("<unk>", 0.0), ("<end>", 0.0), ("▁", -2.0)]
    pieces += [(letter, -3.0) for letter in LETTERS if letter != " "]
    built = Tokenizer(models.Unigram(pieces, unk_id=0))
    built.pre_tokenizer = pre_tokenizers.Metaspace()
    built.decoder = decoders.Metaspace()
    return built


def word_pieces() -> Tokenizer:
    """Words in pieces, as of BERT."""
    words = ["[UNK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    built = Tokenizer(models.WordPiece({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    built.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    built.decoder = decoders.WordPiece()
    return built


def whole_words() -> Tokenizer:
    """Words alone: what it does not know it cannot spell."""
    words = ["[UNK]", *LETTERS, "<end>"]
    built = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    built.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return built


KINDS: Final[Mapping[str, Callable[[], Tokenizer]]] = {
    "bytes": bytewise,
    "SentencePiece": sentence_pieces,
    "metaspace": metaspace,
    "unigram": unigram,
    "WordPiece": word_pieces,
}
"""Tokenizers that can read any text of small letters."""


def fast(built: Tokenizer, *more: AddedToken, template: str = TEMPLATE) -> PreTrainedTokenizerFast:
    """The tokenizer with the special tokens of the tiny models, and more added ones."""
    built.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in SPECIAL])
    built.add_tokens(list(more))
    made = PreTrainedTokenizerFast(tokenizer_object=built, bos_token="<bos>", eos_token="<end>", pad_token="<pad>")
    made.chat_template = template
    return made
