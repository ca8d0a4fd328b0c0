"""Next-token distributions of models with different tokenizers, over the union of their likeliest tokens as text."""

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
"""A candidate: its text and -1; for a token without text, such as part of a character, its vocabulary and id."""

END: Final[Word] = ("", -1)
"""The end of the text, for whichever end token."""


class View(NamedTuple):
    """A model's log-probabilities at a position of a text, and the detokenizer of its tokens up to there.

    >>> import asyncio
    >>> from symposia.agents import Ask, Sampling
    >>> from symposia.agents.decoding.peers import Peers
    >>> from symposia.agents.loading import load
    >>> peers = Peers({name: load(f"pocket:{name}") for name in ("base", "foreign")}, {})
    >>> with peers.text(Ask(text="12 + 7 = ?"), ("base", "foreign"), Sampling()) as text:
    ...     {name: view.first for name, view in asyncio.run(views(text)).items()}
    {'base': ('8', -1), 'foreign': ('1', -1)}
    """

    model: Stepper
    logprobs: "Tensor"
    reader: "TextReader"
    begins: bool

    def word(self, token: int) -> Word:
        """The candidate that a token stands for at this position."""
        if token in self.model.vocabulary.ends:
            return END
        piece = self.reader.peek(token)
        return (piece, -1) if piece else (self.model.vocabulary.fingerprint, token)

    @property
    def first(self) -> Word:
        """Its likeliest candidate."""
        return self.word(int(self.logprobs.argmax()))

    def likeliest(self, k: int) -> dict[Word, int]:
        """Its `k` likeliest tokens by candidate; of two tokens for one candidate, the likelier."""
        found: dict[Word, int] = {}
        for token in self.logprobs.topk(k).indices.tolist():
            found.setdefault(self.word(token), token)
        return found

    def scores(self, words: Sequence[Word], own: Mapping[Word, int]) -> "Tensor":
        """Its log-probability of each candidate, -inf for one without a token.

        A candidate that is not among its `own` is scored by the first token of its text.
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
    """The union of all models' likeliest candidates, each model's weighted log-probabilities, and its tokens for them.

    >>> import asyncio
    >>> from symposia.agents import Ask, Sampling
    >>> from symposia.agents.decoding.peers import Peers
    >>> from symposia.agents.loading import load
    >>> peers = Peers({name: load(f"pocket:{name}") for name in ("base", "foreign")}, {})
    >>> with peers.text(Ask(text="12 + 7 = ?"), ("base", "foreign"), Sampling()) as text:
    ...     union = Union.of(asyncio.run(views(text)), {"base": 0.5, "foreign": 0.5}, k=2)
    >>> union.words[int(union.mixture.argmax())]
    ('8', -1)
    """

    words: tuple[Word, ...]
    scores: Mapping[str, "Tensor"]
    tokens: Mapping[str, Mapping[Word, int]]

    @classmethod
    def of(cls, views: Mapping[str, View], weights: Mapping[str, float], k: int) -> "Union":
        """The union of the `k` likeliest candidates of each model."""
        tokens = {name: view.likeliest(k) for name, view in views.items()}
        words = tuple(dict.fromkeys(word for own in tokens.values() for word in own))
        scores = {
            name: view.scores(words, tokens[name]).log_softmax(-1) + (log(weights[name]) if weights[name] else -inf)
            for name, view in views.items()
        }
        return cls(words, scores, tokens)

    @property
    def mixture(self) -> "Tensor":
        """The log-probabilities of the weighted mixture, shape (candidates,)."""
        first, *others = self.scores.values()
        for scores in others:
            first = first.logaddexp(scores.to(first.device))
        return first

    def gathered(self, stems: Iterable[Word]) -> "Tensor":
        """The mixture's log-probabilities, those of candidates that begin with a stem added to it, shortest first."""
        mixture = self.mixture.exp()
        texts = [piece if half < 0 else "" for piece, half in self.words]
        for stem in sorted((piece for piece, half in stems if piece and half < 0), key=len):
            found = [number for number, piece in enumerate(texts) if piece.startswith(stem)]
            whole, mixture[found] = mixture[found].sum(), 0.0
            mixture[texts.index(stem)] = whole
        return mixture.log()

    def token(self, index: int) -> tuple[str, int]:
        """The model under which a candidate is likeliest, and its token for it."""
        word = self.words[index]
        names = [name for name in self.scores if word in self.tokens[name]]
        by = max(names, key=lambda name: float(self.scores[name][index]))
        return by, self.tokens[by][word]


async def views(text: "JointText") -> Mapping[str, View]:
    """All models' views after the text; inside a multi-byte character, only those with the writer's vocabulary."""
    names = tuple(text.participants)
    writer = text.tokens[-1].by if text.tokens else names[0]
    if not text.whole(writer):
        names = tuple(name for name in names if text.vocabulary(name) == text.vocabulary(writer))
    logits = await gather({name: text.next(name) for name in names})
    participants = {name: text.participants[name] for name in names}
    return {
        name: View(participant.model, logits[name].log_softmax(-1), participant.reader(), not participant.ids)
        for name, participant in participants.items()
    }
