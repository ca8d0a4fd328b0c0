"""The module that a policy trains: all weights of a model, or a LoRA adapter on it."""

import copy
import warnings
from pathlib import Path
from typing import Any, Final

import torch
from peft import LoraConfig, PeftModel, get_peft_model, load_peft_weights, set_peft_model_state_dict
from peft.tuners.lora import LoraLayer
from safetensors.torch import load_file
from torch import nn
from transformers import PreTrainedModel

from ...agents.errors import BadModel
from ...agents.models.hf.adapters import PREFIX, Adapter, Delta
from ...agents.models.hf.model import Model
from .settings import Lora

# peft looks at every attribute of a module, also at those that transformers has renamed.
warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing", category=FutureWarning)

DEFAULT: Final = "default"
"""PEFT's name of the adapter that is trained."""


def with_new_adapter(base: Model, lora: Lora, seed: int) -> PeftModel:
    """The model's weights, by reference and frozen, with a new adapter that changes nothing yet. Raises `BadModel`."""
    module = base.module()
    names = {name.rpartition(".")[2] for name, part in module.named_modules() if isinstance(part, nn.Linear)}
    if missing := [target for target in lora.targets if target not in names]:
        raise BadModel(
            f"{base.name}: has no linear layer named {missing[0]!r}. Its linear layers: {', '.join(sorted(names))}. "
            "Say which to train: targets."
        )
    config = LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        use_rslora=lora.stabilized,
        target_modules=list(lora.targets),
        init_lora_weights="gaussian",
        task_type="CAUSAL_LM",
    )
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        made: Any = get_peft_model(module, config)
    return _trainable(made)


def with_adapter(base: Model, folder: Path) -> PeftModel:
    """The model's weights, by reference and frozen, with the adapter in a folder, to be trained on."""
    made: Any = PeftModel.from_pretrained(base.module(), str(folder), is_trainable=True)
    return _trainable(made)


def whole(base: Model) -> PreTrainedModel:
    """A copy of the model in float32, all of whose weights are trained."""
    module: Any = copy.deepcopy(base.module())
    module.float().requires_grad_(requires_grad=True)
    made: PreTrainedModel = module
    return made


def trainable(network: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters that are trained, by name; an adapter's frozen copy, the reference of a training, is none."""
    return {name: one for name, one in network.named_parameters() if one.requires_grad}


def read_weights(network: PreTrainedModel | PeftModel, folder: Path) -> None:
    """Set what is trained to the weights that were saved in a folder."""
    if isinstance(network, PeftModel):
        set_peft_model_state_dict(network, load_peft_weights(str(folder), device="cpu"), adapter_name=DEFAULT)
        return
    own = dict(network.named_parameters())  # tied ones once, as they are saved
    with torch.no_grad():
        for file in sorted(folder.glob("model*.safetensors")):
            for name, value in load_file(file).items():
                own[name].copy_(value)


def live_adapter(name: str, network: PeftModel) -> Adapter:
    """The adapter that is trained, by reference: as it is trained, it answers otherwise."""
    deltas = {}
    layers: list[tuple[str, Any]] = [found for found in network.named_modules() if isinstance(found[1], LoraLayer)]
    for place, layer in layers:
        if DEFAULT in layer.lora_A:
            down, up = layer.lora_A[DEFAULT].weight, layer.lora_B[DEFAULT].weight
            scale = float(layer.scaling[DEFAULT])
            deltas[place.removeprefix(PREFIX)] = Delta(down.detach(), up.detach(), scale)
    return Adapter(name, deltas)


def _trainable(network: Any) -> PeftModel:  # noqa: ANN401 - peft's own
    """The network with its adapter in float32, which the optimizer changes in place."""
    for name, parameter in network.named_parameters():
        if parameter.requires_grad and parameter.dtype != torch.float32:
            raise BadModel(f"{name}: an adapter in {parameter.dtype}. Adapters are trained in float32.")
    made: PeftModel = network
    return made
