"""The forms of SGLang 0.5.23 as its source has them, as a stand-in server speaks them. They were never recorded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from symposia.agents.message import Sampling
from symposia.tests.support.served_vllm import Refused

if TYPE_CHECKING:
    from symposia.tests.support.served import StandIn
    from symposia.tests.support.served_rows import Rows


class SglangForms:
    """Replies by path."""

    def __init__(self, stand_in: "StandIn") -> None:
        self.stand_in = stand_in
        self.be = stand_in.behaviour

    def reply(self, path: str, body: Any) -> Any:
        base = self.stand_in.base
        model = self.stand_in.models[base]
        if path == "/model_info":
            return {"model_path": f"MODELS/{base}", "tokenizer_path": f"MODELS/{base}", "weight_version": "default"}
        if path == "/v1/models":
            return {"object": "list", "data": [self._entry(name) for name in self.stand_in.models]}
        if path == "/v1/tokenize" and self.be.tokenizer:
            ids = list(model.chat.pretrained.encode(body["prompt"], add_special_tokens=body["add_special_tokens"]))
            return {"tokens": ids, "count": len(ids), "max_model_len": model.context}
        if path == "/v1/detokenize" and self.be.tokenizer:
            return {"text": model.chat.pretrained.decode(body["tokens"])}
        if path == "/load_lora_adapter":
            self.stand_in.models[body["lora_name"]] = self.stand_in.loadable[body["lora_path"]]
            return {"success": True}
        if path == "/generate":
            return self.generate(body)
        raise Refused(404, {"detail": "Not Found"})

    def _entry(self, name: str) -> Any:
        base = self.stand_in.base
        length = self.stand_in.rows(name).context if name == base else None
        return {"id": name, "root": name, "parent": None if name == base else base, "max_model_len": length}

    def generate(self, body: Any) -> Any:
        count = len(body["input_ids"])
        names = body.get("lora_path") or [self.stand_in.base] * count
        starts = body.get("logprob_start_len") or [-1] * count
        tops, wanted = body.get("top_logprobs_num") or [0] * count, body.get("token_ids_logprob") or [[]] * count
        return [
            self._one(self.stand_in.rows(name), ids, (start, top, own), body["sampling_params"])
            for name, ids, start, top, own in zip(names, body["input_ids"], starts, tops, wanted, strict=True)
        ]

    def _one(self, rows: "Rows", ids: list[int], asked: tuple[int, int, list[int]], sampling: Any) -> Any:
        start, top, wanted = asked
        if len(ids) + 1 > rows.context:
            words = f"The input ({len(ids)} tokens) is longer than the model's context length ({rows.context} tokens)."
            raise Refused(400, {"error": {"message": words}})
        if start > len(ids):
            raise Refused(400, {"error": {"message": "logprob_start_len is larger than the prompt."}})
        picked = Sampling(
            max_tokens=sampling["max_new_tokens"],
            temperature=sampling["temperature"],
            top_p=sampling.get("top_p", 1.0),
            seed=sampling.get("sampling_seed", 0),
            stop=tuple(sampling.get("stop") or ()),
        )
        if picked.max_tokens == 1 and not picked.temperature:
            output = [int(rows.after([ids])[0, : rows.model.vocabulary.size].argmax())]
        else:
            output = rows.text(ids, picked, sampling.get("stop_token_ids") or ())
        after = rows.positions([*ids, *output[:-1]], len(ids))
        shown = (after / (picked.temperature or 1.0)).log_softmax(-1)
        inside = rows.positions(ids[:-1], start + 1) if -1 < start < len(ids) - 1 else None
        numbers: dict[str, Any] = {
            "finish_reason": {"type": "length", "length": len(output)},
            "prompt_tokens": len(ids),
        }
        numbers["output_token_logprobs"] = [
            [float(row[token]), token, None] for row, token in zip(shown, output, strict=True)
        ]
        if top:
            numbers["output_top_logprobs"] = [self._top(row, top) for row in shown]
        if wanted:
            numbers["output_token_ids_logprobs"] = [self._by_id(row, wanted) for row in shown]
        if start > -1:
            found = [] if inside is None else list(inside)
            numbers["input_top_logprobs"] = [None, *[self._top(row, top) for row in found]]
            numbers["input_token_ids_logprobs"] = [None, *[self._by_id(row, wanted) for row in found]]
        return {"text": rows.model.chat.decode(output), "meta_info": numbers}

    def _top(self, row: torch.Tensor, top: int) -> list[Any]:
        values, ids = row.topk(min(top, len(row)))
        return [[value, token, None] for value, token in zip(values.tolist(), ids.tolist(), strict=True)]

    def _by_id(self, row: torch.Tensor, wanted: Sequence[int]) -> list[Any]:
        return [[float(row[token]), token, None] for token in wanted]
