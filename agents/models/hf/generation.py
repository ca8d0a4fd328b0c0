"""One answer being written: its tokens, its sampler, and when it is done."""

from collections.abc import Callable, Sequence

from ...accounting import Usage
from ...message import Answer, Finish, Sampling, Turn
from ..sampling import Sampler
from ..tokens import TextReader, cut, safe_length, split_reasoning
from .adapters import Adapter
from .chat import ChatTokenizer
from .slot_cache import TokenSequence


class Generation:
    """The state of one `write`: begun with a prompt, then given token after token until it has a `finish`.

    `listen` is told each new piece of the answer's text. A close tag of reasoning that was never opened
    comes too late to call back what a listener has heard.
    """

    def __init__(self, chat: ChatTokenizer, sampling: Sampling, listen: Callable[[str], None] | None = None) -> None:
        self.sampler = Sampler(sampling)
        self.finish: Finish | None = None
        self._chat = chat
        self._stops = sampling.stop
        self._listen = listen
        self._reader = TextReader(chat.decode)
        self._told = 0
        self._logprobs: list[float] = []

    def begin(self, turns: Sequence[Turn], adapter: Adapter | None) -> None:
        """Read the prompt. Raises `PromptTooLong`, `BadMessage`."""
        self._prompt = tuple(self._chat.prompt(turns))
        self._opened = self._chat.opens_reasoning(self._prompt)
        self._limit = min(self.sampler.sampling.max_tokens, self._chat.context - len(self._prompt))
        self.row = TokenSequence(list(self._prompt), adapter)

    def take(self, token: int, logprob: float) -> None:
        """Add a token; sets `finish` when it was the last one."""
        self.row.ids.append(token)
        self._logprobs.append(logprob)
        if token in self._chat.vocabulary.ends:
            self.finish = "eos"
        elif self._stops and self._stopped():
            self.finish = "stop_string"
        elif len(self._logprobs) == self._limit:
            self.finish = "length"
        if self._listen is not None:
            self._tell(self._listen)

    def answer(self) -> Answer:
        """The finished answer."""
        finish, reasoning, text = self._outcome()
        return Answer(
            text=text,
            finish=finish,
            reasoning=reasoning,
            prompt_ids=self._prompt,
            ids=tuple(self.row.ids[len(self._prompt) :]),
            logprobs=tuple(self._logprobs),
            usage=Usage(prompt_tokens=len(self._prompt), completion_tokens=len(self._logprobs), calls=1),
        )

    def _outcome(self) -> tuple[Finish, str | None, str]:
        """How it ended, the reasoning, the text."""
        self._read()
        whole = self._reader.end()
        before = cut(whole, self._stops)
        finish = self.finish or "cancelled"
        if before is not None:
            finish, whole = "stop_string", before
        reasoning, text = split_reasoning(whole, opened=self._opened)
        if text is None and finish == "length":
            finish = "unfinished"
        return finish, reasoning, text or ""

    def _read(self) -> None:
        """Decode what has not been decoded."""
        self._reader.push(self.row.ids[len(self._prompt) + self._reader.length :])

    def _stopped(self) -> bool:
        """Whether there is a stop string in the text."""
        self._read()
        return cut(self._reader.text, self._stops) is not None

    def _tell(self, listen: Callable[[str], None]) -> None:
        """Tell the listener what is certain to be in the text."""
        if self.finish is not None:
            text = self._outcome()[2]
        else:
            self._read()
            sure = self._reader.text[: safe_length(self._reader.text, self._stops)]
            text = split_reasoning(sure, opened=self._opened)[1] or ""
        if text[self._told :]:
            listen(text[self._told :])
            self._told = len(text)
