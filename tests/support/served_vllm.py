"""The forms of vLLM 0.32, as a stand-in server speaks them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from symposia.agents.message import Sampling
from symposia.agents.turn import Turn

if TYPE_CHECKING:
    from symposia.tests.support.served import StandIn
    from symposia.tests.support.served_rows import Rows


class Refused(Exception):
    """An error reply."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def refused(status: int, message: str, kind: str, param: str | None = None) -> Refused:
    """An error in vLLM's form."""
    return Refused(status, {"error": {"message": message, "type": kind, "param": param, "code": status}})


class VllmForms:
    """Replies by path."""

    def __init__(self, stand_in: "StandIn") -> None:
        self.stand_in = stand_in
        self.be = stand_in.behaviour

    def reply(self, path: str, body: Any) -> Any:
        pages: dict[str, Callable[[Any], Any]] = {
            "/version": lambda _: {"version": self.be.version},
            "/health": lambda _: "",
            "/openapi.json": self.described,
            "/v1/models": self.models,
            "/v1/completions": self.completions,
            "/inference/v1/generate": self.generate,
            "/tokenize": self.tokenize,
            "/detokenize": self.detokenize,
            **dict.fromkeys(("/sleep?level=1", "/wake_up") if self.be.development else (), lambda _: {"status": "ok"}),
            "/v1/load_lora_adapter": self.load,
            "/v1/unload_lora_adapter": self.unload,
        }
        if path not in pages or (path.endswith("tokenize") and not self.be.tokenizer):
            raise Refused(404, {"detail": "Not Found"})
        return pages[path](body)

    def described(self, _: Any) -> Any:
        paths = {"/v1/completions": {}, **({"/collective_rpc": {}} if self.be.development else {})}
        return {"openapi": "3.1.0", "paths": paths}

    def models(self, _: Any) -> Any:
        base = self.stand_in.base
        entries = [
            {
                "id": name,
                "object": "model",
                "created": 1,
                "owned_by": "vllm",
                "root": f"MODELS/{name}",
                "parent": None if name == base else base,
                "max_model_len": self.stand_in.rows(name).context if name == base else None,
            }
            for name in self.stand_in.models
        ]
        return {"object": "list", "data": entries}

    def rows(self, body: Any) -> "Rows":
        name = body["model"]
        if name not in self.stand_in.models:
            raise refused(
                404,
                f"The model `{name}` does not exist. Valid aliases: {self.stand_in.base}.",
                "NotFoundError",
                "model",
            )
        return self.stand_in.rows(name)

    def completions(self, body: Any) -> Any:
        rows = self.rows(body)
        if not isinstance(body.get("max_tokens", 16), int):
            raise refused(400, "1 validation error:\n  {'loc': 'body.max_tokens'}", "Bad Request", "body.max_tokens")
        prompts = body["prompt"] if isinstance(body["prompt"][0], list) else [body["prompt"]]
        self._check(rows, prompts, body)
        if body.get("echo") and not body["max_tokens"]:
            return self._completion(body, [self._echoed(rows, prompt, body) for prompt in prompts])
        if body["max_tokens"] == 1 and not body.get("temperature") and not body.get("stop"):
            found = self._shown(rows.after(prompts), body)
            return self._completion(body, [self._one(rows, row, body) for row in found])
        return self._completion(body, [self._text(rows, prompt, body) for prompt in prompts])

    def _check(self, rows: "Rows", prompts: Sequence[Sequence[int]], body: Any) -> None:
        most, asked = self.be.most or rows.width, body.get("logprobs")
        asked = rows.width if asked == -1 else asked
        if asked is not None and asked > most:
            words = f"Requested sample logprobs of {asked}, which is greater than max allowed: {most}"
            raise refused(400, words, "BadRequestError", "logprobs")
        if len(body.get("logprob_token_ids") or ()) > 128:
            raise refused(400, "at most 128 logprob_token_ids", "BadRequestError", "logprob_token_ids")
        for prompt in prompts:
            if len(prompt) + max(body.get("max_tokens", 16), 1) > rows.context:
                words = f"This model's maximum context length is {rows.context} tokens."
                raise refused(400, words, "BadRequestError", "input_tokens")
            if max(prompt) >= rows.width:
                raise refused(400, f"Token id {max(prompt)} is out of vocabulary", "BadRequestError")

    def _shown(self, found: torch.Tensor, body: Any) -> torch.Tensor:
        """The rows as `--logprobs-mode` has them."""
        if self.be.logits:
            return found + 9.0
        for token, bias in (body.get("logit_bias") or {}).items() if self.be.processed else ():
            found[:, int(token)] += bias
        return found.log_softmax(-1) if self.be.processed else found

    def _one(self, rows: "Rows", row: torch.Tensor, body: Any) -> Any:
        biased = row.clone()
        for token, bias in (body.get("logit_bias") or {}).items():
            biased[int(token)] += bias
        chosen = int(biased[: rows.model.vocabulary.size].argmax())
        return self._choice(rows, [chosen], [row], body)

    def _text(self, rows: "Rows", prompt: Sequence[int], body: Any) -> Any:
        sampling = Sampling(
            max_tokens=body["max_tokens"],
            temperature=body.get("temperature", 1.0),
            top_p=body.get("top_p", 1.0),
            top_k=body.get("top_k"),
            seed=body.get("seed", 0),
            stop=tuple(body.get("stop") or ()),
        )
        ids = rows.text(prompt, sampling, body.get("stop_token_ids") or ())
        found = rows.positions([*prompt, *ids[:-1]], len(prompt))
        return self._choice(rows, ids, list(found), body)

    def _choice(self, rows: "Rows", ids: list[int], found: Sequence[torch.Tensor], body: Any) -> Any:
        asked = body.get("logprobs")
        tops = [self._top(rows, row, chosen, body) for row, chosen in zip(found, ids, strict=True)]
        named = [self._named(rows, chosen, body) for chosen in ids]
        logprobs = {
            "text_offset": [0] * len(ids),
            "token_logprobs": [float(row[chosen]) for row, chosen in zip(found, ids, strict=True)],
            "tokens": named,
            "top_logprobs": tops,
        }
        return {
            "text": rows.model.chat.decode(ids),
            "logprobs": None if asked is None else logprobs,
            "finish_reason": "length",
            "stop_reason": None,
            "token_ids": ids if body.get("return_token_ids") else None,
            "prompt_logprobs": None,
            "prompt_token_ids": None,
        }

    def _top(self, rows: "Rows", row: torch.Tensor, chosen: int, body: Any) -> dict[str, float]:
        """The k likeliest, or the tokens asked for by id; the chosen one besides, where it is not among them."""
        asked, wanted = body.get("logprobs") or 0, body.get("logprob_token_ids")
        ids = row.topk(rows.width if asked == -1 else asked).indices.tolist()
        if wanted is not None and self.be.by_id:
            ids = wanted
        listed = [*ids, *([chosen] if chosen not in ids else [])]
        return {self._named(rows, token, body): float(row[token]) for token in listed}

    def _named(self, rows: "Rows", token: int, body: Any) -> str:
        return f"token_id:{token}" if body.get("return_tokens_as_token_ids") else rows.model.chat.decode([token])

    def _echoed(self, rows: "Rows", prompt: list[int], body: Any) -> Any:
        """The prompt with the log-probabilities of its tokens, the actual ones first."""
        found = rows.positions(prompt[:-1], 1)
        tops = [
            {f"token_id:{token}": float(row[token]) for token in (actual, *row.topk(body["logprobs"]).indices.tolist())}
            for row, actual in zip(found, prompt[1:], strict=True)
        ]
        given = [float(row[actual]) for row, actual in zip(found, prompt[1:], strict=True)]
        logprobs = {"token_logprobs": [None, *given], "top_logprobs": [None, *tops]}
        return {"text": "", "logprobs": logprobs, "finish_reason": "length", "prompt_logprobs": None}

    def _completion(self, body: Any, choices: list[Any]) -> Any:
        numbered = [{"index": index, **choice} for index, choice in enumerate(choices)]
        return {"id": "cmpl", "object": "text_completion", "model": body["model"], "choices": numbered[::-1]}

    def generate(self, body: Any) -> Any:
        if not self.be.scale_out:
            words = "Scale-out endpoints are disabled. Restart vllm serve with --enable-scale-out to enable them."
            raise refused(403, words, "PermissionDeniedError")
        if "prompt_logprob_token_ids" in body["sampling_params"]:
            words = "prompt_logprob_token_ids requires the V2 model runner (VLLM_USE_V2_MODEL_RUNNER=1)."
            raise refused(400, words, "BadRequestError", "prompt_logprob_token_ids")
        raise refused(400, "not built", "BadRequestError")

    def tokenize(self, body: Any) -> Any:
        model = self.stand_in.models[self.stand_in.base]
        if "messages" in body:
            if not self.be.template:
                raise refused(400, "no chat template", "BadRequestError")
            turns = [Turn(one["role"], one["content"]) for one in body["messages"]]
            ids = model.chat.prompt(turns)
        else:
            ids = list(model.chat.pretrained.encode(body["prompt"], add_special_tokens=body["add_special_tokens"]))
            ids = self.be.renamed.get(body["prompt"], ids)
        return {"count": len(ids), "max_model_len": model.context, "tokens": ids, "token_strs": None}

    def detokenize(self, body: Any) -> Any:
        return {"prompt": self.stand_in.models[self.stand_in.base].chat.pretrained.decode(body["tokens"])}

    def load(self, body: Any) -> Any:
        name = body["lora_name"]
        if name in self.stand_in.models:
            words = f"The lora adapter '{name}' has already been loaded. If you want to load the adapter in place, ..."
            raise refused(400, words, "InvalidUserInput")
        if body["lora_path"] not in self.stand_in.loadable:
            raise refused(404, f"Loading lora {name} failed: No adapter found for PATH", "NotFoundError")
        self.stand_in.models[name] = self.stand_in.loadable[body["lora_path"]]
        return f"Success: LoRA adapter '{name}' added successfully."

    def unload(self, body: Any) -> Any:
        if self.stand_in.models.pop(body["lora_name"], None) is None:
            raise refused(404, f"The lora adapter '{body['lora_name']}' cannot be found.", "NotFoundError")
        return f"Success: LoRA adapter '{body['lora_name']}' removed successfully."
