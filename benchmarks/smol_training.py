"""SmolLM2-135M: supervised training, then one round of DPO, from 40 simulated conversations, with one LoRA adapter.

    python benchmarks/smol_training.py [--model smol:] [--conversations 40] [--out DIR] [--threads N]

A simulated user asks two things in each conversation; the model's sampled answers are recorded by token id. It is
trained on them (SFT), and then on pairs of two samples of the first answers, of which the shorter text is preferred
(DPO), by the same adapter. Measured on pairs of conversations that were not trained on: the log-probability margin of
the chosen answer over the rejected one, after each round, minus that of the model as it was; with 95 % intervals by
Student's t over the conversations. Task success is the share of right sums among 30. The adapter is loaded by plain
PEFT, and its logits are compared with ours.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import torch
from peft import PeftModel
from symposia import Ask, load
from symposia.agents.message import Answer, Sampling
from symposia.agents.models.hf.model import Model
from symposia.agents.turn import Turn
from symposia.evaluators.statistics.intervals import mean_interval
from symposia.trainers.finetuning.margin import margins
from symposia.trainers.finetuning.pair import PreferencePair, pair_of
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.finetuning.preference import dpo
from symposia.trainers.finetuning.sequence import sequences_of
from symposia.trainers.finetuning.settings import Lora, PreferenceSettings, SupervisedSettings
from symposia.trainers.finetuning.supervised import sft
from transformers import AutoModelForCausalLM

TOKENS = 24
ASKED = (
    "What is the capital of {0}?",
    "Name an animal that lives in {0}.",
    "What do people eat in {0}?",
    "Which language is spoken in {0}?",
)
PLACES = ("France", "Japan", "Egypt", "Brazil", "Canada", "India", "Kenya", "Norway", "Peru", "Spain")


async def conversation(model: Model, number: int) -> tuple[list[Answer], list[PreferencePair]]:
    """The answers of a simulated conversation, and a pair of samples at each of its turns."""
    rng = Random(number)
    history: list[Turn] = []
    answers, pairs = [], []
    for turn, question in enumerate(rng.sample(ASKED, 2)):
        history.append(Turn("user", question.format(PLACES[number % len(PLACES)])))
        samples = await asyncio.gather(
            *(
                model.write(history, Sampling(temperature=1.0, max_tokens=TOKENS, seed=1000 * number + 10 * turn + one))
                for one in range(2)
            )
        )
        shorter, longer = sorted(samples, key=lambda answer: len(answer.text))
        if turn == 0:
            pairs.append(pair_of(shorter, longer, scores=(-float(len(shorter.text)), -float(len(longer.text)))))
        answers.append(samples[0])
        history.append(Turn("assistant", samples[0].text))
    return answers, [pair for pair in pairs if not pair.tied]


async def right(model: Model | Policy) -> float:
    """The share of right sums."""
    sums = [(one, other) for one in range(2, 8) for other in range(3, 8)]
    said = await asyncio.gather(
        *(model.write(Ask(text=f"What is {a} + {b}?").turns(), Sampling(max_tokens=24)) for a, b in sums)
    )
    return sum(str(a + b) in answer.text for (a, b), answer in zip(sums, said, strict=True)) / len(sums)


def shown(name: str, before: Sequence[Sequence[float]], after: Sequence[Sequence[float]]) -> None:
    """Print by how much margins grew, the mean over conversations with its interval."""
    grown = [
        sum(new - old for new, old in zip(news, olds, strict=True)) / len(olds)
        for news, olds in zip(after, before, strict=True)
    ]
    found = mean_interval(grown)
    print(f"{name}: held-out margin {found.value:+.2f} nats [{found.low:+.2f}, {found.high:+.2f}], n {len(grown)}")


async def by_conversation(model: Model, pairs: Sequence[Sequence[PreferencePair]]) -> list[list[float]]:
    """The margins of each conversation's pairs."""
    flat = iter(await margins(model, [one for some in pairs for one in some]))
    return [[next(flat) for _ in some] for some in pairs]


async def main(args: argparse.Namespace) -> None:
    """Simulate, train twice, measure."""
    began = time.monotonic()
    out = args.out or Path(mkdtemp())
    base = load(args.model)
    recorded = await asyncio.gather(*(conversation(base, number) for number in range(args.conversations + 20)))
    train = recorded[: args.conversations]
    held_out = [pairs for _, pairs in recorded[args.conversations :] if pairs]
    print(f"{time.monotonic() - began:.0f} s: {len(recorded)} conversations simulated")
    policy = Policy(base, called="smol", lora=Lora())
    success, before = await right(base), await by_conversation(base, held_out)
    sequences = [one for answers, _ in train for one in sequences_of(answers)]
    supervised = SupervisedSettings(rate=2e-4, batch=8, at_once=4, threads=args.threads, log_every=2)
    made = await sft(policy, sequences, supervised, out=out / "sft", tell=print)
    print(f"{time.monotonic() - began:.0f} s: {made.policy}, {len(sequences)} sequences")
    after_sft, success_sft = await by_conversation(policy.model, held_out), await right(policy)
    pairs = [pair for _, some in train for pair in some]
    preferred = PreferenceSettings(
        rate=1e-3, batch=8, at_once=4, epochs=2, schedule="constant", threads=args.threads, log_every=2
    )
    made = await dpo(policy, pairs, preferred, out=out / "dpo", tell=print)
    print(f"{time.monotonic() - began:.0f} s: {made.policy}, {len(pairs)} pairs")
    shown("SFT", before, after_sft)
    shown("SFT + DPO", before, await by_conversation(policy.model, held_out))
    shown("DPO alone", after_sft, await by_conversation(policy.model, held_out))
    print(f"right sums of 30: as it was {success:.2f}, SFT {success_sft:.2f}, SFT + DPO {await right(policy):.2f}")
    print(f"largest difference of logits from plain PEFT: {await off(policy, made.folder, held_out[0][0]):.1e}")
    print(f"{time.monotonic() - began:.0f} s in all")


async def off(policy: Policy, folder: Path, pair: PreferencePair) -> float:
    """The largest difference between our logits and those of plain PEFT, after a prompt."""
    session = await policy.open([Turn("user", "What is the capital of France?")])
    ours = await session.next()
    plain = AutoModelForCausalLM.from_pretrained(policy.lineage.base.path, dtype=torch.float32)
    with torch.no_grad():
        theirs = PeftModel.from_pretrained(plain, str(folder))(input_ids=torch.tensor([session.ids])).logits[0, -1]
    return float((ours - theirs[: len(ours)]).abs().max())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="smol:")
    parser.add_argument("--conversations", type=int, default=40)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int)
    asyncio.run(main(parser.parse_args()))
