"""A model on an SGLang server, asked through `/generate`. Its forms were read in SGLang 0.5.23's source, never run."""

from collections.abc import Sequence
from typing import ClassVar, Final

from ...concurrency import gather
from ...errors import BadModel, CallFailed, MissingCapability
from ...message import Sampling
from ..hf.chat import ChatTokenizer
from . import generations as forms
from .engine import Engine, parts
from .facts import Facts, Reading
from .listed import Listed

AT_ONCE: Final = 256
"""How many texts a request holds at most."""


class SglangEngine(Engine):
    """A model on an SGLang server: one request for any number of texts, each sent once.

    >>> from symposia.agents.models.served.client import ServerClient
    >>> SglangEngine(ServerClient("sglang:base", "http://127.0.0.1:30000"), None).kind
    'sglang'
    """

    kind: ClassVar[str] = "sglang"

    async def found(self, chat: ChatTokenizer) -> Facts:
        """The server's facts: model, context length, tokenizer, and one remembered row.

        Raises `BadModel`, `VocabularyMismatch`, `MissingCapability` for a server that shows no log-probabilities.
        """
        if await self.client.get("/model_info") is None:
            raise BadModel(f"{self.name}: the server has no /model_info. The URL must be SGLang's, 0.5.23 or later.")
        self._size = chat.vocabulary.size
        served = await self.served_names()
        base = self.base_of(served)
        checked = await self.checked_tokenizer(chat, str(base["id"]))
        self._lora = None if self.adapter is None else await self.named(served, base)
        reading = [Reading(self.PROBE, 1)]
        (row,) = await self._rows(reading, 5)
        if any(value > 0 for value in row.values()):
            raise MissingCapability(f"{self.name}: the server shows logits, not log-probabilities. Use its defaults.")
        name = self._lora or str(base["id"])
        return Facts(
            name=name,
            context=int(base["max_model_len"]),
            tokenizer_checked=checked,
            remembered=tuple(row.items()),
        )

    async def read(self, readings: Sequence[Reading], top: int | None) -> list[Listed]:
        """The distributions at the last positions of texts, one prompt a text.

        All tokens are asked for by id: how wide the output layer is, is not known, and more than that is an error.
        """
        rows = await (self._rows(readings, 0, range(self._size)) if top is None else self._rows(readings, top))
        return [Listed.of(row, top) for row in rows]

    async def score(self, prompts: Sequence[Sequence[int]], wanted: Sequence[int]) -> list[dict[int, float]]:
        """The log-probabilities of these tokens after each prompt."""
        found = await self._rows([Reading(prompt, 1) for prompt in prompts], 1, wanted)
        if lacking := [token for row in found for token in wanted if token not in row]:
            raise CallFailed(f"{self.name}: its reply lacks token {lacking[0]}, which was asked for. Use 0.5.23.")
        return found

    async def write(
        self, prompt: Sequence[int], sampling: Sampling, limit: int, ends: Sequence[int]
    ) -> list[tuple[int, float]]:
        """The tokens of a text after a prompt, and their log-probabilities.

        SGLang divides those of sampled tokens by the temperature: at another than 0 or 1 the text is scored once more.
        """
        asked = self._with_adapter(forms.written_request(prompt, sampling, limit, ends), 1)
        tokens = forms.written(await self.client.post(forms.PATH, asked), self.name)
        if sampling.temperature in (0, 1) or not tokens:
            return tokens
        ids = [token for token, _ in tokens]
        rows = await self._rows([Reading([*prompt, *ids], len(ids) + 1)], 1, sorted(set(ids)))
        return [(token, row[token]) for token, row in zip(ids, rows, strict=False)]

    async def tokenize(self, model: str, text: str) -> list[int] | None:
        """The server's ids of a text; None on a server without a tokenizer."""
        asked = {"model": model, "prompt": text, "add_special_tokens": False}
        reply = await self.client.post("/v1/tokenize", asked, absent=True)
        return None if reply is None else list(reply["tokens"])

    async def detokenize(self, model: str, ids: Sequence[int]) -> str | None:
        """The server's text of these ids, special tokens included."""
        asked = {"model": model, "tokens": list(ids), "skip_special_tokens": False}
        reply = await self.client.post("/v1/detokenize", asked, absent=True)
        return None if reply is None else str(reply["text"])

    async def _rows(self, readings: Sequence[Reading], top: int, wanted: Sequence[int] = ()) -> list[dict[int, float]]:
        shares = parts(readings, AT_ONCE)
        requests = [self._with_adapter(forms.rows_request(some, top, wanted), len(some)) for some in shares]
        replies = await gather({at: self.client.post(forms.PATH, asked) for at, asked in enumerate(requests)})
        return [row for at, some in enumerate(shares) for row in forms.rows(replies[at], some, self.name)]

    def _with_adapter(self, asked: dict[str, object], count: int) -> dict[str, object]:
        return asked if self._lora is None else {**asked, "lora_path": [self._lora] * count}

    _lora: str | None = None
    _size: int = 0
