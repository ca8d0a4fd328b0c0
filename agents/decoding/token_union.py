"""What can come next, as models of different tokenizers see it: the union of their likeliest tokens, as text."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf, log
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from ..concurrency import gather
from ..models.base import Stepper

if TYPE_CHECKING:
    from torch import Tensor

    from ..models.tokens import TextReader
    from .joint_text import JointText

Word: TypeAlias = tuple[str, int]
"""What can come next: its text; for a token without one, such as half a character, its vocabulary and id."""

END: Final[Word] = ("", -1)
"""The end of the text, whatever token means it."""


class View(NamedTuple):
    """A model at a place in a text: its log-probabilities there, and the reader of its tokens up to there."""

    model: Stepper
    logprobs: "Tensor"
    reader: "TextReader"
    begins: bool

    def word(self, token: int) -> Word:
        """What a token says here."""
        if token in self.model.vocabulary.ends:
            return END
        piece = self.reader.peek(token)
        return (piece, -1) if piece else (self.model.vocabulary.fingerprint, token)

    @property
    def first(self) -> Word:
        """What it would say."""
        return self.word(int(self.logprobs.argmax()))

    def likeliest(self, k: int) -> dict[Word, int]:
        """Its likeliest tokens by what they say, the likelier of two that say the same."""
        found: dict[Word, int] = {}
        for token in self.logprobs.topk(k).indices.tolist():
            found.setdefault(self.word(token), token)
        return found

    def scores(self, words: Sequence[Word], own: Mapping[Word, int]) -> "Tensor":
        """Its log-probability of each word, -inf for what it has no token for.

        What is not among its `own` counts as the first of its tokens there.
        """
        tokens = [own[word] if word in own else self._begin(word) for word in words]
        row = self.logprobs[tokens]
        return row.masked_fill(row.new_tensor(tokens) < 0, -inf)

    def _begin(self, word: Word) -> int:
        piece, number = word
        if word == END:
            return max(self.model.vocabulary.ends, key=lambda end: float(self.logprobs[end]))
        if number < 0:
            return self.model.encode(piece, begins=self.begins)[0]
        return number if piece == self.model.vocabulary.fingerprint else -1


class Union(NamedTuple):
    """The likeliest words of all, how likely each model finds them, times its weight, and its own tokens for them."""

    words: tuple[Word, ...]
    scores: Mapping[str, "Tensor"]
    tokens: Mapping[str, Mapping[Word, int]]

    @classmethod
    def of(cls, views: Mapping[str, View], weights: Mapping[str, float], k: int) -> "Union":
        """The union of everyone's `k` likeliest."""
        tokens = {name: view.likeliest(k) for name, view in views.items()}
        words = tuple(dict.fromkeys(word for own in tokens.values() for word in own))
        scores = {
            name: view.scores(words, tokens[name]).log_softmax(-1) + (log(weights[name]) if weights[name] else -inf)
            for name, view in views.items()
        }
        return cls(words, scores, tokens)

    @property
    def mixture(self) -> "Tensor":
        """The logarithm of the sum of all distributions."""
        first, *others = self.scores.values()
        for scores in others:
            first = first.logaddexp(scores.to(first.device))
        return first

    def gathered(self, stems: Iterable[Word]) -> "Tensor":
        """The mixture, with what begins with one of these words added to that word, the shortest first."""
        mixture = self.mixture.exp()
        texts = [piece if half < 0 else "" for piece, half in self.words]
        for stem in sorted((piece for piece, half in stems if piece and half < 0), key=len):
            found = [number for number, piece in enumerate(texts) if piece.startswith(stem)]
            whole, mixture[found] = mixture[found].sum(), 0.0
            mixture[texts.index(stem)] = whole
        return mixture.log()

    def token(self, place: int) -> tuple[str, int]:
        """The model that finds a word likeliest, and its token for it."""
        word = self.words[place]
        names = [name for name in self.scores if word in self.tokens[name]]
        by = max(names, key=lambda name: float(self.scores[name][place]))
        return by, self.tokens[by][word]


async def views(text: "JointText") -> Mapping[str, View]:
    """What everyone sees after the text; inside a character, everyone of its vocabulary."""
    names = tuple(text.participants)
    writer = text.tokens[-1].by if text.tokens else names[0]
    if not text.whole(writer):
        names = tuple(name for name in names if text.vocabulary(name) == text.vocabulary(writer))
    rows = await gather({name: text.next(name) for name in names})
    participants = {name: text.participants[name] for name in names}
    return {
        name: View(participant.model, rows[name].log_softmax(-1), participant.reader(), not participant.ids)
        for name, participant in participants.items()
    }
