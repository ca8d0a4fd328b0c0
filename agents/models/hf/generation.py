"""The state of one answer being generated: its tokens, its sampler and its stopping rule."""

from collections.abc import Callable, Sequence
from time import perf_counter

from ...accounting import Usage
from ...message import Answer, Finish, Sampling
from ...timing import Timing
from ...turn import Turn
from ..grammar import Grammar
from ..sampling import Sampler
from ..stops import StopWatch
from ..tokens import CLOSE, TextReader, cut, safe_length, split_reasoning
from .adapters import Adapter
from .chat import ChatTokenizer
from .slot_cache import TokenSequence


class Generation:
    """The state of one answer: `begin` with a prompt, `take` one token after another until `finish` is set.

    `listen` is called with each new piece of the answer's text. Text that a stray closing tag turns into reasoning
    later cannot be taken back from it.

    >>> from symposia.agents.loading import load
    >>> generation = Generation(load("pocket:base").chat, Sampling(max_tokens=2))
    >>> generation.begin([Turn("user", "12 + 7 = ?")], adapter=None)
    >>> for token in (481, 22):
    ...     generation.take(token, logprob=-0.2)
    >>> generation.answer().text, generation.finish
    ('82', 'length')
    """

    def __init__(self, chat: ChatTokenizer, sampling: Sampling, listen: Callable[[str], None] | None = None) -> None:
        self.sampler = Sampler(sampling)
        self.finish: Finish | None = None
        self._chat = chat
        self._stops = sampling.stop
        self._names = chat.named_in(sampling.stop)
        self._watch = StopWatch(sampling.stop)
        self._listen = listen
        self._grammar: Grammar | None = None
        self._reader = TextReader(chat.decode)
        self._told = 0
        self._logprobs: list[float] = []
        self._made = self._begun = self._first = perf_counter()

    def begin(self, turns: Sequence[Turn], adapter: Adapter | None) -> None:
        """Tokenize the prompt. Raises `PromptTooLong`, `BadMessage`, `MissingCapability`."""
        self._begun = perf_counter()
        self._prompt = tuple(self._chat.prompt(turns))
        self._opened = self._chat.opens_reasoning(self._prompt)
        self._limit = min(self.sampler.sampling.max_tokens, self._chat.context - len(self._prompt))
        self.sequence = TokenSequence(list(self._prompt), adapter)
        if (schema := self.sampler.sampling.json_schema) is not None:
            self._grammar = Grammar.of(self._chat.name, self._chat.serialized, self._chat.vocabulary, schema)
            self.sampler.grammar = None if self._opened else self._grammar

    def take(self, token: int, logprob: float) -> None:
        """Append a token; sets `finish` if it is the last one."""
        self.sequence.ids.append(token)
        if not self._logprobs:
            self._first = perf_counter()
        self._logprobs.append(logprob)
        if self._grammar is not None:
            self._follow(self._grammar, token)
        if token in self._chat.vocabulary.ends:
            self.finish = "eos"
        elif self._stops and self._stopped(token):
            self.finish = "stop_string"
        elif len(self._logprobs) == self._limit:
            self.finish = "length"
        if self._listen is not None:
            self._tell(self._listen)

    def timing(self) -> Timing:
        """The seconds in the queue, in reading the prompt, and in writing up to now."""
        return Timing(self._begun - self._made, self._first - self._begun, perf_counter() - self._first)

    def answer(self) -> Answer:
        """The answer so far; `cancelled` if it has no `finish`."""
        finish, reasoning, text = self._outcome()
        return Answer(
            text=text,
            finish=finish,
            reasoning=reasoning,
            prompt_ids=self._prompt,
            ids=tuple(self.sequence.ids[len(self._prompt) :]),
            logprobs=tuple(self._logprobs),
            usage=Usage(prompt_tokens=len(self._prompt), completion_tokens=len(self._logprobs), calls=1),
        )

    def _outcome(self) -> tuple[Finish, str | None, str]:
        """The finish reason, the reasoning and the text."""
        self._read()
        whole = self._reader.end()
        before = self._watch.before if self._names else cut(whole, self._stops)
        finish = self.finish or "cancelled"
        if before is not None:
            finish, whole = "stop_string", before
        reasoning, text = split_reasoning(whole, opened=self._opened)
        if text is None and finish == "length":
            finish = "unfinished"
        return finish, reasoning, text or ""

    def _read(self) -> None:
        """Detokenize the tokens since the last call."""
        self._reader.push(self.sequence.ids[len(self._prompt) + self._reader.length :])

    def _follow(self, grammar: Grammar, token: int) -> None:
        """Note a token in the grammar; one that the prompt had reason first applies from the end of its reasoning."""
        if self.sampler.grammar is not None:
            self.sampler.took(token)
            return
        self._read()
        if CLOSE in self._reader.text:
            self.sampler.grammar = grammar

    def _stopped(self, token: int) -> bool:
        """True if the text, which ends with this token, contains a stop string."""
        self._read()
        if self._names:
            return self._watch.add(self._reader.text, self._names.get(token))
        return cut(self._reader.text, self._stops) is not None

    def _tell(self, listen: Callable[[str], None]) -> None:
        """Call the listener with the new text that can no longer become a stop string or reasoning."""
        if self.finish is not None:
            text = self._outcome()[2]
        else:
            self._read()
            sure = self._reader.text[: safe_length(self._reader.text, self._stops)]
            if self._names:
                sure = min(sure, self._watch.sure, key=len)
            text = split_reasoning(sure, opened=self._opened)[1] or ""
        if text[self._told :]:
            listen(text[self._told :])
            self._told = len(text)
