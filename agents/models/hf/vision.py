"""A resident image-text-to-text model: it reads text and images, and writes text.

It writes one text at a time, in a thread of its own; the sampler, and so what a seed means, is that of all models here.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from ...accounting import Usage
from ...errors import MissingCapability, PromptTooLong
from ...message import Answer, Finish, Sampling
from ...parts import Image, PartKind, Text
from ...turn import Turn
from ..base import GREEDY
from ..control_tokens import ControlTokens
from ..reads import SEES
from ..sampling import Sampler, pick_each
from ..stops import StopWatch, named_in
from ..tokens import split_reasoning
from .slot_cache import cache_argument


class VisionModel:
    """A `Writer` that reads images too, `hf:FOLDER` of a model with a vision tower (Llava, Qwen-VL, Idefics, ..).

    >>> from symposia.agents.models.reads import SEES
    >>> sorted(SEES)
    ['image', 'text']
    """

    def __init__(self, name: str, network: PreTrainedModel, processor: Any) -> None:  # noqa: ANN401 - the library's own
        self.name = name
        self._network = network
        self._processor = processor
        # The processor makes tokens of the text it is given, so what data spell cannot be told from the template's.
        added, template = processor.tokenizer.added_tokens_decoder, str(processor.chat_template)
        self._controls = ControlTokens(added, template, encode=lambda *_: ([], []), backend=None)
        self._thread = ThreadPoolExecutor(1, name)

    @property
    def reads(self) -> frozenset[PartKind]:
        """Text and images."""
        return SEES

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The next assistant turn. Raises `PromptTooLong`, and `BadMessage` for an image whose bytes are not here."""
        if sampling.json_schema is not None:
            raise MissingCapability(f"{self.name}: a model that reads images keeps to no schema. Ask in words.")
        images = [part.data for turn in turns for part in turn.parts if isinstance(part, Image)]
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, turns, images, sampling)

    def _write(self, turns: Sequence[Turn], images: Sequence[bytes], sampling: Sampling) -> Answer:
        with torch.inference_mode():
            inputs = self._inputs(turns, images)
            prompt: list[int] = inputs["input_ids"][0].tolist()
            limit = min(sampling.max_tokens, self._context - len(prompt))
            if limit < 1:
                raise PromptTooLong(f"{self.name}: the prompt has {len(prompt):,} tokens, its images included.")
            watch = StopWatch(sampling.stop)
            ids, logprobs = self._decode(inputs, limit, Sampler(sampling), watch)
        return self._answer(prompt, ids, logprobs, watch.before)

    def _inputs(self, turns: Sequence[Turn], images: Sequence[bytes]) -> dict[str, Tensor]:
        """Token ids and pixels: (1, tokens) and what the processor makes of the images."""
        from PIL import Image as Picture

        for turn in turns:
            self._controls.check_absent(self.name, turn.text)
        said: str = self._processor.apply_chat_template(
            [{"role": turn.role, "content": [shown(part) for part in turn.parts]} for turn in turns],
            add_generation_prompt=True,
            tokenize=False,
        )
        pictures = [Picture.open(BytesIO(data)).convert("RGB") for data in images]
        read: Any = self._processor(text=[said], images=pictures or None, return_tensors="pt")
        return {name: value.to(self._network.device) for name, value in read.items()}

    def _decode(
        self, inputs: dict[str, Tensor], limit: int, sampler: Sampler, watch: StopWatch
    ) -> tuple[list[int], list[float]]:
        """Token by token, each forward pass reading one token after the first, which reads prompt and images."""
        cached = {cache_argument(self._network): DynamicCache(config=self._network.config)}
        ids: list[int] = []
        logprobs: list[float] = []
        names = named_in(sampler.sampling.stop, self._processor.tokenizer.added_tokens_decoder)
        passed: dict[str, Any] = dict(inputs)
        while len(ids) < limit:
            logits: Tensor = self._network(**passed, **cached, use_cache=True).logits[:, -1].float()
            (token,), (logprob,) = pick_each(logits, (sampler,))
            ids.append(token)
            logprobs.append(logprob)
            if token in self._ends or (sampler.sampling.stop and watch.add(self._text(ids), names.get(token))):
                break
            passed = {"input_ids": torch.tensor([[token]], device=self._network.device)}
        return ids, logprobs

    def _answer(
        self, prompt: Sequence[int], ids: Sequence[int], logprobs: Sequence[float], before: str | None
    ) -> Answer:
        whole = self._text(ids)
        finish: Finish = "stop_string" if before is not None else "eos" if ids[-1] in self._ends else "length"
        reasoning, text = split_reasoning(whole if before is None else before, opened=False)
        return Answer(
            text=text or "",
            finish="unfinished" if text is None and finish == "length" else finish,
            reasoning=reasoning,
            prompt_ids=tuple(prompt),
            ids=tuple(ids),
            logprobs=tuple(logprobs),
            usage=Usage(prompt_tokens=len(prompt), completion_tokens=len(ids), calls=1),
        )

    def _text(self, ids: Sequence[int]) -> str:
        return str(self._processor.tokenizer.decode(list(ids), skip_special_tokens=True))

    @property
    def _ends(self) -> tuple[int, ...]:
        stated = self._network.generation_config.eos_token_id if self._network.generation_config else None
        several = stated if isinstance(stated, list) else [stated]
        return tuple(end for end in (*several, self._processor.tokenizer.eos_token_id) if end is not None)

    @property
    def _context(self) -> int:
        return int(self._network.config.get_text_config(decoder=True).max_position_embeddings)


def shown(part: object) -> dict[str, str]:
    """A part of a turn as a chat template names it; the pixels come beside it."""
    return {"type": "text", "text": part.text} if isinstance(part, Text) else {"type": "image"}
