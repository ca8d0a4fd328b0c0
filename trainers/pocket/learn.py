"""The training loop: Muon and AdamW in float32, passes in bfloat16 where that is fast, resumable.

The learning rate is a cosine, the loss is on the answers alone.

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
from .schedule import Scheduler

PER_PIECE = 2048
IGNORED = -100
SMALLEST = 64
SHARES = (1.0, 0.3)
"""The learning rates of Muon and of AdamW, as shares of the schedule's."""


def causal(module: nn.Module, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, **_: object) -> tuple[Tensor, None]:
    """Causal attention in float32 without a mask: batches are padded on the right, where causality hides it.

    Torch's bfloat16 attention has a backward pass on the CPU that takes half of the time of a step.
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
    schedule: Scheduler,
    state: tuple[Path, str],
) -> None:
    """Train the parameters that require gradients, in place.

    `loss` sums over a piece of a batch. `state` is the file to resume from and to write to, and the
    seed; the examples of a step depend on the seed and its number alone, so a resumed run is the same run.
    """
    file, seed = state
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizers = optimizers_for(model)
    device = parameters[0].device.type
    for step in range(_resume(file, parameters, optimizers), schedule.steps):
        examples = batch(Random(f"{seed}/{step}"))
        for piece in pieces(examples):
            with torch.autocast(device, torch.bfloat16, enabled=half_is_fast(device)):
                summed = loss(model, piece)
            (summed / len(examples)).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer, share in zip(optimizers, SHARES, strict=True):
            optimizer.param_groups[0]["lr"] = share * schedule.rate_at(step)
            optimizer.step()
            optimizer.zero_grad()
        if (step + 1) % schedule.every == 0:
            _write(file, parameters, optimizers, step + 1)


def half_is_fast(device: str) -> bool:
    """Whether bfloat16 is native there: a processor that has to imitate it was eight times slower than in float32."""
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


def pieces(examples: list[Encoded]) -> Iterator[list[Encoded]]:
    """The batch cut into pieces of similar length, each of about `PER_PIECE` tokens with its padding."""
    piece: list[Encoded] = []
    for example in sorted(examples, key=lambda example: example.length):
        if piece and (len(piece) + 1) * example.length > PER_PIECE:
            yield piece
            piece = []
        piece.append(example)
    yield piece


def padded(rows: list[Ids], fill: int, device: torch.device) -> Tensor:
    """Rows of different length as a matrix of shape (rows, longest), filled up on the right."""
    longest = max(map(len, rows))
    return torch.tensor([row + [fill] * (longest - len(row)) for row in rows], device=device)


def answer_loss(model: nn.Module, piece: list[Encoded]) -> Tensor:
    """The cross-entropy of each answer token, averaged over an answer, summed over the piece."""
    device = next(model.parameters()).device
    ids = padded([example.prompt + example.answer for example in piece], 0, device)
    said = padded([[IGNORED] * len(example.prompt) + example.answer for example in piece], IGNORED, device)
    labels = said[:, 1:]
    hidden = model.get_decoder()(input_ids=ids, use_cache=False).last_hidden_state[:, :-1]  # type: ignore[operator]
    here = labels != IGNORED
    logits = model.get_output_embeddings()(hidden[here]).float()  # type: ignore[operator]
    losses = nn.functional.cross_entropy(logits, labels[here], reduction="none")
    lengths = here.sum(1, keepdim=True).expand_as(labels)[here]
    return (losses / lengths).sum()


def reward_loss(model: nn.Module, piece: list[Encoded]) -> Tensor:
    """The binary cross-entropy of right against wrong answers, summed over the piece."""
    device = next(model.parameters()).device
    ids = padded([example.prompt + example.answer for example in piece], model.config.pad_token_id, device)  # type: ignore[union-attr,arg-type]
    rewards = model(input_ids=ids, use_cache=False).logits[:, 0].float()
    right = torch.tensor([float(example.right) for example in piece], device=device)
    return nn.functional.binary_cross_entropy_with_logits(rewards, right, reduction="sum")


def _resume(file: Path, parameters: list[nn.Parameter], optimizers: tuple[Optimizer, ...]) -> int:
    """Read the state if there is one; the number of steps already made."""
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
    """Write the state, whole or not at all."""
    tensors = {"steps": torch.tensor(steps)}
    for index, parameter in enumerate(parameters):
        tensors[f"{index}"] = parameter.detach()
        for optimizer in optimizers:
            tensors |= {f"{index}.{key}": value for key, value in optimizer.state.get(parameter, {}).items()}
    part = file.with_suffix(".part")
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, part)
    part.replace(file)
