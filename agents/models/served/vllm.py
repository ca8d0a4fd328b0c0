"""A model on a vLLM server, asked through `/v1/completions` with lists of token ids."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from ...concurrency import gather
from ...errors import BadModel, CallFailed, MissingCapability
from ...message import Sampling
from ..hf.chat import ChatTokenizer
from . import completions as forms
from .engine import Engine, parts, same
from .facts import Facts, Reading
from .listed import Listed

OLDEST: Final = (0, 32)
"""The oldest version that is used: earlier ones ran code of models unasked."""
AT_ONCE: Final = 256
"""How many prompts a request holds at most."""
MANY: Final = 10_000_000
"""A number of likeliest tokens that no server lists: its refusal says how many it does."""


class VllmEngine(Engine):
    """A model on a vLLM server: one request for any number of positions of any number of texts.

    >>> from symposia.agents.models.served.client import ServerClient
    >>> VllmEngine(ServerClient("vllm:base", "http://127.0.0.1:8000"), None).kind
    'vllm'
    """

    kind: ClassVar[str] = "vllm"

    async def found(self, chat: ChatTokenizer) -> Facts:
        """The server's facts: version, model, tokenizer, how many tokens it lists, and whether they are raw.

        Raises `BadModel` for a server that is too old or open to strangers, `VocabularyMismatch`, `MissingCapability`.
        """
        await self._check_version()
        await self._check_open_doors()
        served = await self.served_names()
        base = self.base_of(served)
        checked = await self.checked_tokenizer(chat, str(base["id"]))
        model = await self.named(served, base)
        most = await self._most(model)
        remembered = await self._check_raw(model)
        return Facts(
            name=model,
            context=int(base["max_model_len"]),
            most=most,
            by_id=await self._lists_by_id(model),
            tokenizer_checked=checked,
            remembered=tuple(remembered.items()),
        )

    async def read(self, readings: Sequence[Reading], top: int | None) -> list[Listed]:
        """The distributions at the last positions of texts, one prompt a position."""
        prompts = [
            reading.ids[: len(reading.ids) - reading.keep + 1 + place]
            for reading in readings
            for place in range(reading.keep)
        ]
        rows = await self._rows([forms.rows_request(self.model, some, top) for some in parts(prompts, AT_ONCE)])
        return [Listed.of(row, top) for row in rows]

    async def score(self, prompts: Sequence[Sequence[int]], wanted: Sequence[int]) -> list[dict[int, float]]:
        """The log-probabilities of these tokens after each prompt, `WANTED_AT_ONCE` tokens a request.

        A server that does not list tokens by id is asked for all.
        """
        if self.facts is not None and not self.facts.by_id:
            requests = [[forms.rows_request(self.model, some, None) for some in parts(prompts, AT_ONCE)]]
        else:
            requests = [
                [forms.wanted_request(self.model, some, ids) for some in parts(prompts, AT_ONCE)]
                for ids in parts(wanted, forms.WANTED_AT_ONCE)
            ]
        found: list[dict[int, float]] = [{} for _ in prompts]
        for some in requests:
            for known, row in zip(found, await self._rows(some), strict=True):
                known.update(row)
        if lacking := [token for row in found for token in wanted if token not in row]:
            raise CallFailed(f"{self.name}: its reply lacks token {lacking[0]}, which was asked for. Use vLLM 0.32.")
        return found

    async def write(
        self, prompt: Sequence[int], sampling: Sampling, limit: int, ends: Sequence[int]
    ) -> list[tuple[int, float]]:
        """The tokens of a text after a prompt, and their log-probabilities."""
        asked = forms.written_request(self.model, prompt, sampling, limit, ends)
        (choice,) = forms.choices(await self.client.post(forms.PATH, asked), 1, self.name)
        return forms.written(choice, self.name)

    async def tokenize(self, model: str, text: str) -> list[int] | None:
        """The server's ids of a text; None on a server without a tokenizer."""
        asked = {"model": model, "prompt": text, "add_special_tokens": False}
        reply = await self.client.post("/tokenize", asked, absent=True)
        return None if reply is None else list(reply["tokens"])

    async def detokenize(self, model: str, ids: Sequence[int]) -> str | None:
        """The server's text of these ids."""
        reply = await self.client.post("/detokenize", {"model": model, "tokens": list(ids)}, absent=True)
        return None if reply is None else str(reply["prompt"])

    async def templated(self, model: str, turns: Sequence[dict[str, str]]) -> list[int] | None:
        """The server's ids of a chat up to the next assistant turn."""
        asked = {"model": model, "messages": list(turns), "add_generation_prompt": True}
        try:
            reply = await self.client.post("/tokenize", asked, absent=True)
        except CallFailed:  # a server without a chat template
            return None
        return None if reply is None else list(reply["tokens"])

    async def load_adapter(self, name: str, folder: Path) -> None:
        """Have the server load an adapter; one that another process loaded meanwhile is as good."""
        try:
            asked = {"lora_name": name, "lora_path": str(folder)}
            await self.client.post("/v1/load_lora_adapter", asked)
        except CallFailed as error:
            if "already been loaded" not in str(error):
                raise

    async def _rows(self, requests: Sequence[dict[str, Any]]) -> list[dict[int, float]]:
        replies = await gather({number: self.client.post(forms.PATH, asked) for number, asked in enumerate(requests)})
        return [
            forms.row(choice, self.name)
            for number, asked in enumerate(requests)
            for choice in forms.choices(replies[number], len(asked["prompt"]), self.name)
        ]

    async def _check_version(self) -> None:
        said = await self.client.get("/version")
        version = str(said.get("version", "")) if isinstance(said, dict) else ""
        numbers = re.match(r"(\d+)\.(\d+)", version)
        if numbers is None:
            raise BadModel(f"{self.name}: the server does not say its version of vLLM. The URL must be vLLM's own.")
        if tuple(map(int, numbers.groups())) < OLDEST:
            raise BadModel(f"{self.name}: the server runs vLLM {version}. Use 0.32 or later: older ones run code.")

    async def _check_open_doors(self) -> None:
        """Raise `BadModel` for a foreign server in development mode: anyone may call its workers' methods."""
        described = await self.client.get("/openapi.json")
        if self.own is None and isinstance(described, dict) and "/collective_rpc" in described.get("paths", {}):
            raise BadModel(
                f"{self.name}: the server is in development mode, in which anyone may run its workers' methods. "
                "Start it without VLLM_SERVER_DEV_MODE."
            )

    async def _most(self, model: str) -> int | None:
        """The number of likeliest tokens that the server lists; None for all."""
        status, _ = await self.client.refused(forms.PATH, forms.rows_request(model, [self.PROBE], None))
        if status == 200:
            return None
        status, body = await self.client.refused(forms.PATH, forms.rows_request(model, [self.PROBE], MANY))
        words = str(body.get("error", {}).get("message", "")) if isinstance(body, dict) else ""
        allowed = re.search(r"max allowed: (\d+)", words)
        return int(allowed.group(1)) if allowed else 20

    async def _check_raw(self, model: str) -> dict[int, float]:
        """One row, asked for with and without a bias. Raises `MissingCapability` unless both are log-probabilities."""
        plain = forms.rows_request(model, [self.PROBE], 5)
        biased = {**plain, "logit_bias": {str(self.PROBE[0]): -50.0, "0": 5.0}}
        row, moved = await self._rows([plain, biased])
        if any(value > 0 for value in row.values()):
            raise MissingCapability(f"{self.name}: it shows logits. Start it with --logprobs-mode raw_logprobs.")
        if not same([entry for entry in row.items() if entry[0] in moved], list(moved.items())):
            raise MissingCapability(
                f"{self.name}: it shows processed log-probabilities. Start it with --logprobs-mode raw_logprobs."
            )
        return row

    async def _lists_by_id(self, model: str) -> bool:
        """True if the server lists tokens by id: by the effect, since an old server takes any field."""
        wanted = [token for token in range(8, 11) if token not in self.PROBE]
        status, body = await self.client.refused(forms.PATH, forms.wanted_request(model, [self.PROBE], wanted))
        if status != 200:
            return False
        (choice,) = forms.choices(body, 1, self.name)
        return set(wanted) <= forms.row(choice, self.name).keys()
