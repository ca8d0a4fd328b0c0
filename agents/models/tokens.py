"""Incremental detokenization, stop strings, and the separation of reasoning from the answer."""

from collections.abc import Callable, Sequence

OPEN, CLOSE = "<think>", "</think>"
HALF = "\N{REPLACEMENT CHARACTER}"

ANCHORS = ("\n", ".", "a")
"""Texts to tokenize before another, to find its tokens as a continuation; one of them will not merge with it."""


class TextReader:
    """An incremental detokenizer: characters whose bytes are incomplete wait for the rest.

    Only the tokens of the last complete piece are decoded again with each new one, so the cost of a token does not grow
    with the text.

    >>> reader = TextReader(lambda ids: bytes(ids).decode(errors="replace"))
    >>> reader.push([0x63, 0xC3])  # "c" and half of "é"
    >>> reader.text, reader.whole
    ('c', False)
    >>> reader.push([0xA9])
    >>> reader.text
    'cé'
    """

    def __init__(self, decode: Callable[[Sequence[int]], str]) -> None:
        self.text = ""
        self._decode = decode
        self._ids: list[int] = []
        self._context = self._done = 0

    @property
    def length(self) -> int:
        """The number of tokens so far."""
        return len(self._ids)

    def push(self, ids: Sequence[int]) -> None:
        """Add tokens; `text` grows by all complete characters."""
        self._ids.extend(ids)
        piece = self._pending()
        if piece and not piece.endswith(HALF):
            self._accept(piece)
        elif len(ids) > 1:
            del self._ids[-len(ids) :]
            for one in ids:
                self.push((one,))

    @property
    def whole(self) -> bool:
        """True if the tokens end with a complete character."""
        return not self._pending().endswith(HALF)

    def peek(self, token: int) -> str:
        """The text that one more token would complete."""
        before = self._decode(self._ids[self._context : self._done])
        piece = self._decode([*self._ids[self._context :], token])[len(before) :]
        return "" if piece.endswith(HALF) else piece

    def rest(self) -> str:
        """The text that `end` would add."""
        return self._pending().rstrip(HALF)

    def fork(self) -> "TextReader":
        """An independent detokenizer of what follows, with an empty text."""
        other = TextReader(self._decode)
        other._ids = self._ids[self._context :]
        other._done = self._done - self._context
        return other

    def end(self) -> str:
        """The whole text, without an incomplete character at its end."""
        self._accept(self.rest())
        return self.text

    def _pending(self) -> str:
        before = self._decode(self._ids[self._context : self._done])
        return self._decode(self._ids[self._context :])[len(before) :]

    def _accept(self, piece: str) -> None:
        self.text += piece
        self._context, self._done = self._done, len(self._ids)


def encoded_on(encode: Callable[[str], list[int]], text: str) -> list[int]:
    """The ids of a text that continues another: without the space that some tokenizers prepend."""
    for anchor in ANCHORS:
        before, whole = encode(anchor), encode(anchor + text)
        if whole[: len(before)] == before:
            return whole[len(before) :]
    return encode(text)


def cut(text: str, stops: Sequence[str]) -> str | None:
    """The text before the first stop string; None if there is none."""
    positions = [position for stop in stops if (position := text.find(stop)) >= 0]
    return text[: min(positions)] if positions else None


def split_reasoning(text: str, *, opened: bool) -> tuple[str | None, str | None]:
    """Reasoning and answer. Reasoning ends at the last close tag; the answer is None if that never came.

    `opened` says that the prompt already opened the reasoning.
    """
    before, tag, after = text.rpartition(CLOSE)
    if tag:
        return before.removeprefix(OPEN), after
    if opened or text.lstrip().startswith(OPEN):
        return text.lstrip().removeprefix(OPEN), None
    return None, text


def safe_length(text: str, stops: Sequence[str]) -> int:
    """The number of characters of a growing text that are final: not an end that may become a stop string or a tag."""
    if OPEN.startswith(text.lstrip()):
        return 0
    return len(text) - max(_overlap(text, word) for word in (*stops, CLOSE))


def _overlap(text: str, word: str) -> int:
    """The length of the longest suffix of the text that is a proper prefix of the word."""
    return next((n for n in range(min(len(word) - 1, len(text)), 0, -1) if text.endswith(word[:n])), 0)
