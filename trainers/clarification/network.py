"""The policy of the clarification game: a Llama of 955,520 parameters that reads whole words."""

from typing import Any, Final, NamedTuple

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from ...agents.models.hf.chat import ChatTokenizer, Limits
from ...agents.models.hf.host import Host
from ...agents.models.hf.model import Model
from ...evaluators.clarification.goals import ITEMS, VALUES

SPECIAL: Final = ("pad", "bos", "eot", "user", "asst")
WORDS: Final = (
    *SPECIAL,
    *("done", "want", "ask", "ans", "color", "size", "please", "?"),
    *ITEMS,
    *(value for values in VALUES.values() for value in values),
)
SIZE: Final = 32
"""The rows of the embedding: the words, and room for three more."""

CONTEXT: Final = 64
TEMPLATE: Final = (
    "bos {% for message in messages %}{{ 'user' if message['role'] == 'user' else 'asst' }} {{ message['content'] }} "
    "{% if not (loop.last and continue_final_message) %}eot {% endif %}{% endfor %}"
    "{% if add_generation_prompt %}asst{% endif %}"
)


def tokenizer() -> PreTrainedTokenizerFast:
    """The tokenizer: a word is a token, and the chat template gives each message its role's token and an end."""
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="pad"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=made,
        pad_token="pad",
        bos_token="bos",
        eos_token="eot",
        model_max_length=CONTEXT,
        chat_template=TEMPLATE,
    )


class Shape(NamedTuple):
    """The width of a network, that of its feed-forward layers, and its number of layers.

    >>> USER.layers
    2
    """

    width: int
    forward: int
    layers: int


POLICY: Final = Shape(128, 448, 4)
USER: Final = Shape(64, 192, 2)


def fresh(seed: int, *, name: str = "policy", shape: Shape = POLICY) -> Model:
    """A model with random weights, of 955,520 parameters in the shape of the policy."""
    torch.manual_seed(seed)
    configuration = LlamaConfig(
        vocab_size=SIZE,
        hidden_size=shape.width,
        intermediate_size=shape.forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        pad_token_id=WORDS.index("pad"),
        bos_token_id=WORDS.index("bos"),
        eos_token_id=WORDS.index("eot"),
    )
    network: Any = LlamaForCausalLM(configuration)
    host = Host(name, network.eval(), vocabulary_size=len(WORDS), threads=1)
    limits = Limits(context=CONTEXT, ends=(WORDS.index("eot"),))
    return Model(host, ChatTokenizer(name, tokenizer(), "chat", limits))
