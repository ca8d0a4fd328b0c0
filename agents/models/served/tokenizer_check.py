"""The comparison of a server's tokenizer with ours: ids mean the same on both sides, or nothing is combined."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from ...concurrency import gather
from ...errors import BadMessage, VocabularyMismatch
from ...turn import Turn

if TYPE_CHECKING:
    from ..hf.chat import ChatTokenizer

TEXTS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0123456789 10 100 1000 3.14159",
    " ",
    "  two  spaces",
    "\n",
    "\n\n\tdef f(x):\n    return x\n",
    "Which model is best?",
    " Which model is best? ",
    "It's \"quoted\", isn't it?",
    "!@#$%^&*()_+-=[]{}|;:,./<>?",
    "naïve café, Straße",
    "Съешь же ещё этих мягких булок",
    "敏捷的棕色狐狸跳过了懒狗",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "\N{GRINNING FACE} \N{WAVING HAND SIGN} \N{THUMBS UP SIGN}",
    "supercalifragilisticexpialidocious",
    "https://example.org/a?b=c&d=e",
)
"""Texts that tell tokenizers apart: letters, digits, white space, code, other scripts, emoji."""
CHAT: Final = (Turn("user", "Which model is best?"),)
SAMPLED: Final = 12
"""How many ids spread over the vocabulary are read back as text."""


class TokenizerServer(Protocol):
    """The part of an engine that the comparison asks."""

    @property
    def name(self) -> str:
        """Its name in error messages."""
        ...

    async def tokenize(self, model: str, text: str) -> list[int] | None:
        """The server's ids of a text; None if it does not tokenize."""
        ...

    async def detokenize(self, model: str, ids: Sequence[int]) -> str | None:
        """The server's text of these ids."""
        ...

    async def templated(self, model: str, turns: Sequence[dict[str, str]]) -> list[int] | None:
        """The server's ids of a chat; None if it does not show them."""
        ...


async def check_tokenizer(server: TokenizerServer, chat: "ChatTokenizer", model: str) -> bool:
    """Compare a server's tokenizer with ours; false if the server shows none.

    Raises `VocabularyMismatch` with the first difference, in texts, in ids, or in the chat template.
    """
    ours = chat.pretrained
    special = "".join(str(token) for token in ours.all_special_tokens)
    texts = [*TEXTS, *([special] if special else [])]
    if await server.tokenize(model, texts[0]) is None:
        return False
    theirs = await gather({text: server.tokenize(model, text) for text in texts})
    for text in texts:
        own = list(ours.encode(text, add_special_tokens=False))
        if theirs[text] != own:
            raise _mismatch(server.name, f"{text!r} is {theirs[text]} there and {own} here")
    last = chat.vocabulary.size - 1
    ids = sorted({round(place * last / (SAMPLED - 1)) for place in range(SAMPLED)})
    read = await gather({number: server.detokenize(model, [number]) for number in ids})
    for number in ids:
        if read[number] != ours.decode([number]):
            raise _mismatch(server.name, f"token {number} is {read[number]!r} there and {ours.decode([number])!r} here")
    await _check_template(server, chat, model)
    return True


async def _check_template(server: TokenizerServer, chat: "ChatTokenizer", model: str) -> None:
    if chat.template != "chat":
        return
    there = await server.templated(model, [{"role": turn.role, "content": turn.text} for turn in CHAT])
    try:
        here = chat.prompt(CHAT)
    except BadMessage:  # a template for other turns, which only these would show
        return
    if there is not None and there != here:
        raise _mismatch(server.name, f"a chat is {there} there and {here} here, by its template")


def _mismatch(name: str, difference: str) -> VocabularyMismatch:
    return VocabularyMismatch(
        f"{name}: the server's tokenizer is not the one here: {difference}. Name the model that the server has."
    )
