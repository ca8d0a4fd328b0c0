"""Text that spells a control token (`<|im_end|>`) is read as text: data cannot end its turn.

Tokenizers take such text for the token itself. Here a prompt is rendered with a stand-in for each control token that
its data spell; the stand-ins are undone once it is known where they came to lie, and the tokens found there are spelt
out. A prompt whose data spell none is not touched.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from ..errors import BadMessage
from .tokens import encoded_on

if TYPE_CHECKING:
    from tokenizers import AddedToken, Tokenizer

STAND_INS: Final = 0x100000
"""The first of the characters for private use (plane 16) that stand for control tokens while a template is rendered."""

Placed: TypeAlias = tuple[list[int], list[tuple[int, int]]]
"""Token ids, and the part of the text that each was made of."""


class Masked(NamedTuple):
    """Texts with a stand-in for each control token that they spell, and what each stand-in stands for.

    >>> Masked(["a\U00100000"], {"\U00100000": "<end>"}).unmasked("<user>a\U00100000<end>")
    ('<user>a<end><end>', [(7, 12)])
    """

    texts: list[str]
    meaning: dict[str, str]

    def unmasked(self, rendered: str) -> tuple[str, list[tuple[int, int]]]:
        """A rendered text without stand-ins, and where in it they were."""
        text, places = "", []
        for piece in re.split(f"([{''.join(self.meaning)}])", rendered):
            if piece in self.meaning:
                places.append((len(text), len(text) + len(self.meaning[piece])))
            text += self.meaning.get(piece, piece)
        return text, places


class ControlTokens:
    """The control tokens of a tokenizer: the special ones, and those of its chat template.

    `added` are the tokenizer's added tokens. `encode(text, special)` is its own way to read a text, with its special
    tokens around it or without. A tokenizer without `backend` can read no text that spells a control token.

    >>> from symposia.agents.loading import load
    >>> controls = load("pocket:base").chat.controls
    >>> controls.spelled("What is <|user|>?"), controls.spelled("What is 2 < 3?")
    (True, False)
    """

    def __init__(
        self,
        added: "Mapping[int, AddedToken]",
        template: str,
        encode: Callable[[str, bool], Placed],
        backend: "Tokenizer | None",
    ) -> None:
        self._backend = backend
        self._encode = encode
        self._added = added.keys()
        self._ids = {number: one.content for number, one in added.items() if _controls(one, template)}
        words = sorted(self._ids.values(), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, words))) if words else None
        self._loose = [one.content for number, one in added.items() if number in self._ids and one.normalized]

    def spelled(self, text: str) -> bool:
        """True if a text spells a control token."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def check_absent(self, name: str, text: str) -> None:
        """Raise `BadMessage` for a text that spells a control token, for those who cannot read it as text."""
        if self._pattern is not None and (found := self._pattern.search(text)):
            raise _unreadable(name, found[0])

    def masked(self, texts: Sequence[str], kept: Sequence[Collection[str]]) -> Masked:
        """Texts with stand-ins for the control tokens that they spell, but for those that each may keep."""
        used = set("".join(texts))
        free = (chr(code) for code in range(STAND_INS, STAND_INS + 0xFFFE) if chr(code) not in used)
        signs: dict[str, str] = {}

        def stand_in(found: re.Match[str], stays: Collection[str]) -> str:
            word = found[0]
            return word if word in stays else signs.setdefault(word, signs.get(word) or next(free))

        if self._pattern is None:
            return Masked(list(texts), {})
        pairs = zip(texts, kept, strict=True)
        masked = [self._pattern.sub(partial(stand_in, stays=stays), text) for text, stays in pairs]
        return Masked(masked, {sign: word for word, sign in signs.items()})

    def ids(self, name: str, text: str, places: Sequence[tuple[int, int]], *, special: bool = False) -> list[int]:
        """The ids of a text whose control tokens in these places are data. Raises `BadMessage` if it cannot be read so.

        All other tokens are those of the text as it is.
        """
        if self._backend is None:
            self.check_absent(name, text)
        read: list[int] = []
        done = 0
        tokens = [(token, start, end) for token, (start, end) in zip(*self._encode(text, special), strict=True)]
        for index, (token, start, end) in enumerate(tokens):
            if start < done and end > start:
                continue  # read with the control token before it
            if self._is_data(token, start, end, places):
                # What follows, up to the next true token: some tokenizers would put a space between.
                following = (one for one in tokens[index + 1 :] if one[0] in self._added)
                done = next((at for one, at, to in following if not self._is_data(one, at, to, places)), 0) or len(text)
                read.extend(self._spelt(name, text[start:done]))
            else:
                read.append(token)
        return read

    def _is_data(self, token: int, start: int, end: int, places: Sequence[tuple[int, int]]) -> bool:
        """True for a control token that was found in one of the places."""
        return token in self._ids and any(start < stop and begin < end for begin, stop in places)

    def check_normalized(self, name: str, text: str) -> None:
        """Raise `BadMessage` for a text that a normalizer turns into a control token, as full-width letters may be."""
        normalizer = None if self._backend is None or not self._loose else self._backend.normalizer
        if normalizer is None or self.spelled(text):
            return
        plain = normalizer.normalize_str(text)
        if found := [word for word in self._loose if normalizer.normalize_str(word) in plain]:
            raise _unreadable(name, found[0])

    def _spelt(self, name: str, text: str) -> list[int]:
        """The ids of a text whose control tokens are text. Some vocabularies have one as a word: then by letters."""
        ids = encoded_on(self._plain, text)
        if not self._ids.keys() & set(ids):
            return ids
        words = re.split(f"({self._pattern.pattern})", text) if self._pattern else [text]
        pieces = [piece for word in words for piece in (word if self.spelled(word) else (word,)) if piece]
        ids = [one for piece in pieces for one in encoded_on(self._plain, piece)]
        if self._ids.keys() & set(ids):
            raise _unreadable(name, next(word for word in words if self.spelled(word)))
        return ids

    def _plain(self, text: str) -> list[int]:
        """The ids of a text by the tokenizer's model alone, which knows no added tokens."""
        backend: Any = self._backend
        if backend.normalizer is not None:
            text = backend.normalizer.normalize_str(text)
        pieces = (
            [text] if backend.pre_tokenizer is None else [p for p, _ in backend.pre_tokenizer.pre_tokenize_str(text)]
        )
        return [token.id for piece in pieces for token in backend.model.tokenize(piece)]


def _controls(token: Any, template: str) -> bool:  # noqa: ANN401 - an AddedToken
    """True for a special token, and for one that a template writes and that is no word."""
    word = token.content
    return bool(token.special or (word in template and not word.isspace() and not word.strip().isalnum()))


def _unreadable(name: str, word: str) -> BadMessage:
    return BadMessage(
        f"{name}: the text spells the control token {word!r}, which its tokenizer cannot read as text. "
        "Change the text, or use a model with another tokenizer."
    )
