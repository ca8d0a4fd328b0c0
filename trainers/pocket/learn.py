"""The training loop: Muon and AdamW in float32, forward passes in bfloat16 where that is fast, resumable.

The learning rate follows a cosine, the loss is on the answers alone.

Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) trains the matrices of the layers,
AdamW everything else.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Optimizer
from transformers import AttentionInterface

from .example import Encoded, Ids
from .schedule import Schedule

PER_PIECE = 2048
IGNORED = -100
SMALLEST = 64
SHARES = (1.0, 0.3)
"""The learning rates of Muon and AdamW as fractions of the schedule's."""


def causal(module: nn.Module, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, **_: object) -> tuple[Tensor, None]:
    """Causal attention in float32 without a mask: padding is on the right, where causality masks it.

    The backward pass of torch's bfloat16 attention on the CPU takes half the time of a step.
    """
    with torch.autocast(q.device.type, enabled=False):
        read = nn.functional.scaled_dot_product_attention(q.float(), k.float(), v.float(), is_causal=True)
    return read.to(v.dtype).transpose(1, 2), None


ATTENTION = "pocket_causal"
AttentionInterface.register(ATTENTION, causal)


def learn(
    model: nn.Module,
    loss: Callable[[nn.Module, list[Encoded]], Tensor],
    batch: Callable[[Random], list[Encoded]],
    schedule: Schedule,
    state: tuple[Path, str],
) -> None:
    """Train the parameters that require gradients, in place.

    `loss` sums over a microbatch. `state` is the checkpoint file to resume from and write to, and the seed; the
    examples of a step depend on the seed and its number alone, so that a resumed run equals an uninterrupted one.
    """
    file, seed = state
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizers = optimizers_for(model)
    device = parameters[0].device.type
    for step in range(_resume(file, parameters, optimizers), schedule.steps):
        examples = batch(Random(f"{seed}/{step}"))
        for microbatch in microbatches(examples):
            with torch.autocast(device, torch.bfloat16, enabled=half_is_fast(device)):
                summed = loss(model, microbatch)
            (summed / len(examples)).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer, share in zip(optimizers, SHARES, strict=True):
            optimizer.param_groups[0]["lr"] = share * schedule.rate_at(step)
            optimizer.step()
            optimizer.zero_grad()
        if (step + 1) % schedule.every == 0:
            _write(file, parameters, optimizers, step + 1)


def half_is_fast(device: str) -> bool:
    """True if bfloat16 is native on a device: emulated on a CPU it was eight times slower than float32."""
    can = torch.cpu.get_capabilities() if device == "cpu" else {}
    return device != "cpu" or bool(can.get("avx512_bf16") or can.get("amx_bf16"))


def optimizers_for(model: nn.Module) -> tuple[Optimizer, Optimizer]:
    """Muon for the matrices of the layers, AdamW for embeddings, norms, heads and adapters."""
    trained = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    matrices = [p for name, p in trained if ".layers." in name and p.dim() == 2 and min(p.shape) >= SMALLEST]
    rest = [p for _, p in trained if all(p is not matrix for matrix in matrices)]
    adam = torch.optim.AdamW(rest, betas=(0.9, 0.98), weight_decay=0.0)
    muon = torch.optim.Muon(matrices or [torch.zeros(1, 1)], momentum=0.95, weight_decay=0.0)
    return muon, adam


def microbatches(examples: list[Encoded]) -> Iterator[list[Encoded]]:
    """The batch split into microbatches of similar length, each of about `PER_PIECE` tokens with padding."""
    microbatch: list[Encoded] = []
    for example in sorted(examples, key=lambda example: example.length):
        if microbatch and (len(microbatch) + 1) * example.length > PER_PIECE:
            yield microbatch
            microbatch = []
        microbatch.append(example)
    yield microbatch


def padded(sequences: list[Ids], fill: int, device: torch.device) -> Tensor:
    """Sequences of different length as a tensor (sequences, longest), padded on the right with `fill`."""
    longest = max(map(len, sequences))
    return torch.tensor([sequence + [fill] * (longest - len(sequence)) for sequence in sequences], device=device)


def answer_loss(model: nn.Module, microbatch: list[Encoded]) -> Tensor:
    """The cross-entropy of answer tokens, averaged over each answer, summed over the microbatch."""
    device = next(model.parameters()).device
    ids = padded([example.prompt + example.answer for example in microbatch], 0, device)
    said = padded([[IGNORED] * len(example.prompt) + example.answer for example in microbatch], IGNORED, device)
    labels = said[:, 1:]
    hidden = model.get_decoder()(input_ids=ids, use_cache=False).last_hidden_state[:, :-1]  # type: ignore[operator]
    here = labels != IGNORED
    logits = model.get_output_embeddings()(hidden[here]).float()  # type: ignore[operator]
    losses = nn.functional.cross_entropy(logits, labels[here], reduction="none")
    lengths = here.sum(1, keepdim=True).expand_as(labels)[here]
    return (losses / lengths).sum()


def reward_loss(model: nn.Module, microbatch: list[Encoded]) -> Tensor:
    """The binary cross-entropy of correct against wrong answers, summed over the microbatch."""
    device = next(model.parameters()).device
    ids = padded([example.prompt + example.answer for example in microbatch], model.config.pad_token_id, device)  # type: ignore[union-attr,arg-type]
    rewards = model(input_ids=ids, use_cache=False).logits[:, 0].float()
    right = torch.tensor([float(example.right) for example in microbatch], device=device)
    return nn.functional.binary_cross_entropy_with_logits(rewards, right, reduction="sum")


def _resume(file: Path, parameters: list[nn.Parameter], optimizers: tuple[Optimizer, ...]) -> int:
    """Load the checkpoint if there is one; returns the number of steps done."""
    if not file.exists():
        return 0
    tensors = load_file(file)
    for index, parameter in enumerate(parameters):
        parameter.data.copy_(tensors[f"{index}"])
        (owner,) = (o for o in optimizers if any(parameter is own for own in o.param_groups[0]["params"]))
        for name, tensor in tensors.items():
            if (key := name.removeprefix(f"{index}.")) != name:
                owner.state[parameter][key] = tensor.to("cpu" if key == "step" else parameter.device)
    return int(tensors["steps"].item())


def _write(file: Path, parameters: list[nn.Parameter], optimizers: tuple[Optimizer, ...], steps: int) -> None:
    """Write the checkpoint atomically."""
    tensors = {"steps": torch.tensor(steps)}
    for index, parameter in enumerate(parameters):
        tensors[f"{index}"] = parameter.detach()
        for optimizer in optimizers:
            tensors |= {f"{index}.{key}": value for key, value in optimizer.state.get(parameter, {}).items()}
    part = file.with_suffix(".part")
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, part)
    part.replace(file)
