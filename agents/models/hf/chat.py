"""Chat templates and tokenizers: turns to token ids and back, the vocabulary, the end tokens."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

from jinja2 import TemplateError
from tokenizers import AddedToken
from transformers import PreTrainedTokenizerBase

from ...errors import BadMessage, BadModel, MissingCapability, PromptTooLong
from ...turn import Turn
from ..base import Vocabulary
from ..control_tokens import ControlTokens, Placed
from ..reads import check_text_only
from ..stops import named_in
from ..tokens import CLOSE, OPEN, encoded_on
from .token_map import TokenMap, token_map
from .tokenizer_files import save_tokenizer

Template: TypeAlias = Literal["chat", "plain"]
"""`chat` is the tokenizer's own template. `plain`, for base models, joins the texts of the turns with an
empty line, after the tokenizer's usual special tokens."""


@dataclass(frozen=True)
class Limits:
    """A model's context length in tokens, and its end tokens.

    >>> Limits(context=4096, ends=(2,)).context
    4096
    """

    context: int
    ends: tuple[int, ...]


class ChatTokenizer:
    """The tokenizer and chat template of a model; `context` is its context length in tokens.

    >>> from symposia.agents.loading import load
    >>> chat = load("pocket:base").chat
    >>> chat.decode(chat.prompt([Turn("user", "12 + 7 = ?")]))
    '12 + 7 = ?'
    """

    def __init__(self, name: str, tokenizer: PreTrainedTokenizerBase, template: Template, limits: Limits) -> None:
        if template == "chat" and not tokenizer.chat_template:
            raise BadModel(
                f"{name}: its tokenizer has no chat template. Add chat_template.jinja to its folder, or load it with "
                "template='plain' to have it read bare text."
            )
        self.name = name
        self.context = limits.context
        self._tokenizer = tokenizer
        self._template = template
        self._ends = limits.ends

    def named(self, name: str) -> Self:
        """A copy under another name."""
        other = copy(self)
        other.name = name
        return other

    def plain(self) -> Self:
        """A copy that makes prompts of bare text."""
        other = copy(self)
        other._template = "plain"
        return other

    @property
    def template(self) -> Template:
        """The template that prompts are made with."""
        return self._template

    @property
    def pretrained(self) -> PreTrainedTokenizerBase:
        """The tokenizer as transformers knows it: never change it."""
        return self._tokenizer

    def save(self, folder: Path) -> None:
        """Write the tokenizer and its chat template to a folder."""
        save_tokenizer(self._tokenizer, folder)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary: its fingerprint, size and end tokens."""
        tokens: dict[str, int] = self._tokenizer.get_vocab()
        digest = sha256()
        for token, number in sorted(tokens.items()):
            digest.update(f"{token}\0{number}\n".encode())
        return Vocabulary(fingerprint=digest.hexdigest(), size=1 + max(tokens.values()), ends=self._ends)

    @cached_property
    def token_map(self) -> TokenMap:
        """Its ids and a hash of its segmentation, to match it with another tokenizer."""
        return token_map(self._tokenizer)

    def prompt(self, turns: Sequence[Turn]) -> list[int]:
        """The prompt's token ids: up to the next assistant turn, or with a last assistant turn that is to be continued.

        Raises `PromptTooLong`, and `BadMessage` for no turns or turns that the template refuses.
        """
        if not turns:
            raise BadMessage(f"{self.name}: no turns to answer. Give at least one.")
        check_text_only(self.name, turns)
        ids = self._render(turns)
        self.check_length(len(ids), "the prompt")
        return ids

    def check_length(self, length: int, what: str) -> None:
        """Raise `PromptTooLong` unless this many tokens and one new one fit in the context length."""
        if length >= self.context:
            raise PromptTooLong(
                f"{self.name}: {what} has {length:,} tokens. "
                f"The context holds {self.context:,} with at least one new token."
            )

    def transcript(self, turns: Sequence[Turn]) -> list[int]:
        """The token ids of a finished conversation, the end of its last turn included, as a reward model reads it.

        Raises `PromptTooLong`, `BadMessage`.
        """
        ids = self._render(turns, over=True)
        if len(ids) > self.context:
            raise PromptTooLong(
                f"{self.name}: the conversation has {len(ids):,} tokens. The context holds {self.context:,}."
            )
        return ids

    def _render(self, turns: Sequence[Turn], *, over: bool = False) -> list[int]:
        if self._template == "plain":
            return self.encode("\n\n".join(turn.text for turn in turns), special=True)
        going_on = turns[-1].role == "assistant" and not over
        if going_on and not turns[-1].text:
            return self._render(turns[:-1])
        texts = [turn.text for turn in turns]
        for text in texts:
            self.controls.check_normalized(self.name, text)
        # An answer may hold its reasoning, which templates find by its tags.
        kept = [(OPEN, CLOSE) if turn.role == "assistant" else () for turn in turns]
        masked = self.controls.masked(texts, kept)
        options = {"add_generation_prompt": not going_on and not over, "continue_final_message": going_on}
        if not masked.meaning:
            read: Any = self._templated(turns, texts, tokenize=True, return_dict=True, **options)
            return list(read["input_ids"])
        rendered: str = self._templated(turns, masked.texts, tokenize=False, **options)
        return self.controls.ids(self.name, *masked.unmasked(rendered))

    def _templated(self, turns: Sequence[Turn], texts: Sequence[str], **options: Any) -> Any:  # noqa: ANN401 - by options
        """The chat template, filled in with these turns and texts. Raises `BadMessage` for turns that it refuses."""
        said = [{"role": turn.role, "content": text} for turn, text in zip(turns, texts, strict=True)]
        try:
            return self._tokenizer.apply_chat_template(said, **options)
        except (TemplateError, ValueError) as error:
            roles = ", ".join(turn.role for turn in turns)
            raise BadMessage(
                f"{self.name}: its chat template does not take these turns ({roles}): {str(error).rstrip('.')}. "
                "Change who speaks."
            ) from error

    def encode(self, text: str, *, special: bool = False) -> list[int]:
        """The ids of a text by itself; `special` adds the tokenizer's special tokens.

        Raises `BadMessage` for a text that spells a control token, if the tokenizer cannot read that as text.
        """
        if self.controls.spelled(text):
            return self.controls.ids(self.name, text, [(0, len(text))], special=special)
        self.controls.check_normalized(self.name, text)
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=special)
        return ids

    @cached_property
    def controls(self) -> ControlTokens:
        """Its control tokens, and how a text that spells one is read as text."""
        backend = getattr(self._tokenizer, "backend_tokenizer", None)
        template = str(self._tokenizer.chat_template or "")
        return ControlTokens(self._added, template, self._placed, backend)

    def named_in(self, stops: Sequence[str]) -> Mapping[int, str]:
        """The special tokens that stop strings name, by id."""
        return named_in(stops, self._added) if stops else {}

    @cached_property
    def _added(self) -> Mapping[int, AddedToken]:
        return dict(self._tokenizer.added_tokens_decoder)

    def _placed(self, text: str, special: bool) -> Placed:
        read: Any = self._tokenizer(text, add_special_tokens=special, return_offsets_mapping=True)
        return list(read["input_ids"]), [tuple(place) for place in read["offset_mapping"]]

    def encode_on(self, text: str) -> list[int]:
        """The ids of a text that continues another: without the space that some tokenizers prepend."""
        return encoded_on(self.encode, text)

    def serialized(self) -> str:
        """The tokenizer as JSON of the `tokenizers` library. Raises `MissingCapability` for one without such a form."""
        backend = getattr(self._tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise MissingCapability(f"{self.name}: its tokenizer is not a fast one. Save it with tokenizer.json.")
        return str(backend.to_str())

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def opens_reasoning(self, prompt: Sequence[int]) -> bool:
        """True if a prompt ends with an open reasoning tag."""
        return self._mentions_reasoning and str(self._tokenizer.decode(list(prompt[-8:]))).rstrip().endswith(OPEN)

    @cached_property
    def _mentions_reasoning(self) -> bool:
        return OPEN in str(self._tokenizer.chat_template)
