"""How fast the resident host writes, against transformers' own two ways, in one process.

    python benchmarks/batching.py [--runs 5]

A Llama of 1.1 M parameters, greedy, one thread. Three workloads: 32 prompts of 64 new tokens; 64 prompts
of different lengths with 8, 16, 32 or 128 new tokens each; 16 prompts one after the other. Three sides:
`host` is asyncio tasks that call `write` (chat template, tokenizer and text included); `static` is
`generate` on one left-padded batch, which runs until the longest answer is written (ids in, ids out);
`continuous` is transformers' continuous batching with its manager already running (ids in, ids out).
Absolute times vary with the machine; the ratios, of medians of interleaved runs, are the result.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from symposia.agents.message import Sampling
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.model import Model
from symposia.agents.models.hf.registry import load
from symposia.agents.turn import Turn
from symposia.tests.support import tiny
from transformers import ContinuousBatchingConfig, GenerationConfig, LlamaForCausalLM

SIZE = {
    "hidden_size": 128,
    "intermediate_size": 352,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.05,
}


@dataclass(frozen=True)
class Request:
    """A prompt as text and as the ids that the chat template makes of it, and how many tokens to write."""

    text: str
    ids: tuple[int, ...]
    tokens: int


@dataclass(frozen=True)
class Sides:
    """The three ways to answer requests; each returns the new ids of every request."""

    host: Model
    plain: LlamaForCausalLM
    paged: LlamaForCausalLM

    def write(self, requests: Sequence[Request], *, together: bool = True) -> list[list[int]]:
        """The resident host, all at once or one after the other."""

        async def one(request: Request) -> list[int]:
            turns = (Turn(role="user", text=request.text),)
            return list((await self.host.write(turns, Sampling(max_tokens=request.tokens))).ids)

        async def all_of_them() -> list[list[int]]:
            if together:
                return await asyncio.gather(*map(one, requests))
            return [await one(request) for request in requests]

        return asyncio.run(all_of_them())

    def static(self, requests: Sequence[Request]) -> list[list[int]]:
        """`generate` on one padded batch."""
        width = max(len(request.ids) for request in requests)
        ids = torch.tensor([[0] * (width - len(request.ids)) + list(request.ids) for request in requests])
        mask = torch.tensor([[0] * (width - len(request.ids)) + [1] * len(request.ids) for request in requests])
        longest = max(request.tokens for request in requests)
        with torch.inference_mode():
            written = self.plain.generate(ids, attention_mask=mask, max_new_tokens=longest, do_sample=False)
        return [row[width : width + r.tokens] for row, r in zip(written.tolist(), requests, strict=True)]

    def sequential(self, requests: Sequence[Request]) -> list[list[int]]:
        """`generate`, one request after the other."""
        return [ids for request in requests for ids in self.static([request])]


def continuous(manager: object) -> Callable[[Sequence[Request]], list[list[int]]]:
    """transformers' continuous batching through a manager that runs."""

    def write(requests: Sequence[Request]) -> list[list[int]]:
        names = [manager.add_request(list(r.ids), max_new_tokens=r.tokens, eos_token_id=-1) for r in requests]  # type: ignore[attr-defined]
        done: dict[str, list[int]] = {}
        while len(done) < len(names):
            result = manager.get_result(timeout=1)  # type: ignore[attr-defined]
            if result is not None and result.is_finished():
                done[result.request_id] = result.generated_tokens
        return [done[name] for name in names]

    return write


def requests_for(host: Model, lengths: Sequence[int], tokens: Sequence[int]) -> list[Request]:
    """One request for each pair of prompt length in characters and number of new tokens."""
    texts = [f"{number:03}" + "abcdefghij" * 20 for number in range(len(lengths))]
    cut = [text[:length] for text, length in zip(texts, lengths, strict=True)]
    ids = [tuple(host.chat.prompt((Turn(role="user", text=text),))) for text in cut]
    return [Request(*row) for row in zip(cut, ids, tokens, strict=True)]


def measure(workload: str, ways: dict[str, Callable[[], list[list[int]]]], runs: int) -> None:
    """Run all ways in turn, `runs` times after one to warm up, and print medians and ratios."""
    answers = {name: method() for name, method in ways.items()}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, method in ways.items():
            start = time.perf_counter()
            method()
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    others = {name: median for name, median in medians.items() if name != "host"}
    best = min(others, key=others.__getitem__)
    tokens = sum(len(ids) for ids in answers["host"])
    same = sum(host == other for host, other in zip(answers["host"], answers[best], strict=True))
    for name, median in medians.items():
        print(f"{workload:<11}{name:<12}{median:8.3f} s {tokens / median:9,.0f} tokens/s")
    print(
        f"{workload:<11}host runs at {others[best] / medians['host']:.2f} x the speed of {best}, the better one;",
        end=" ",
    )
    print(f"{same} of {len(answers['host'])} answers equal\n")


def main() -> None:
    """Build the models, run the workloads."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--runs", type=int, default=5)
    runs = options.parse_args().runs
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        tiny.llama(Path(folder), *(f"word{n}" for n in range(1018)), end=None, **SIZE)
        host = load(Source(folder), "hf:bench")
        plain, paged = (LlamaForCausalLM.from_pretrained(folder).eval() for _ in range(2))
        sides = Sides(host, plain, paged)
        greedy = GenerationConfig(do_sample=False, max_new_tokens=128, eos_token_id=-1)
        blocks = ContinuousBatchingConfig(num_blocks=64, max_batch_tokens=256)
        with paged.continuous_batching_context_manager(greedy, continuous_batching_config=blocks) as manager:
            both = continuous(manager)
            equal = requests_for(host, [24] * 32, [64] * 32)
            ragged = requests_for(host, [8 + 5 * (number % 13) for number in range(64)], [8, 16, 32, 128] * 16)
            for name, work in (("equal", equal), ("ragged", ragged)):
                measure(
                    name,
                    {
                        "host": lambda work=work: sides.write(work),  # type: ignore[misc]
                        "static": lambda work=work: sides.static(work),  # type: ignore[misc]
                        "continuous": lambda work=work: both(work),  # type: ignore[misc]
                    },
                    runs,
                )
            few = equal[:16]
            one_by_one = {
                "host": lambda: sides.write(few, together=False),
                "static": lambda: sides.sequential(few),
                "continuous": lambda: [ids for request in few for ids in both([request])],
            }
            measure("sequential", one_by_one, runs)
        host.close()


if __name__ == "__main__":
    main()
