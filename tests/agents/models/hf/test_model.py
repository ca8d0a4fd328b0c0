"""Models as parameters: read, replaced, shared and freed."""

import gc
from pathlib import Path

import pytest
import torch
from symposia.agents.errors import ArchitectureMismatch
from symposia.agents.message import Sampling
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.model import Model
from symposia.agents.models.hf.registry import load
from symposia.agents.turn import Turn
from symposia.tests.support.tiny import llama
from torch import Tensor

HELLO = (Turn(role="user", text="hello"),)
LONG = Sampling(max_tokens=24)


async def test_the_same_parameters_are_the_same_model(model: Model) -> None:
    again = model.with_parameters(model.parameters, name="again")
    assert (await again.write(HELLO, LONG)).ids == (await model.write(HELLO, LONG)).ids
    assert (again.name, again.vocabulary) == ("again", model.vocabulary)


async def test_other_parameters_are_another_model_and_leave_the_first_one_alone(model: Model, tmp_path: Path) -> None:
    other = load(Source(str(llama(tmp_path, seed=1))), "hf:other")
    before = (await model.write(HELLO, LONG)).ids
    rebuilt = model.with_parameters(other.parameters, name="rebuilt")
    assert (await rebuilt.write(HELLO, LONG)).ids == (await other.write(HELLO, LONG)).ids != before
    assert (await model.write(HELLO, LONG)).ids == before
    other.close()


def test_parameters_are_shared_not_copied(model: Model) -> None:
    again = model.with_parameters(model.parameters, name="again")
    assert {name: tensor.data_ptr() for name, tensor in again.parameters.items()} == {
        name: tensor.data_ptr() for name, tensor in model.parameters.items()
    }


def test_tied_parameters_are_there_once(tmp_path: Path) -> None:
    tied = load(Source(str(llama(tmp_path, tie_word_embeddings=True))), "hf:tied")
    assert "lm_head.weight" not in tied.parameters
    ones = {name: torch.ones_like(tensor) for name, tensor in tied.parameters.items()}
    rebuilt = tied.with_parameters(ones, name="ones")
    assert rebuilt.parameters["model.embed_tokens.weight"].data_ptr() == ones["model.embed_tokens.weight"].data_ptr()
    tied.close()


def changed(model: Model, name: str, tensor: Tensor | None) -> dict[str, Tensor]:
    """The parameters with one added, replaced or, by None, left out."""
    parameters = {**model.parameters, name: tensor}
    return {key: value for key, value in parameters.items() if value is not None}


@pytest.mark.parametrize(
    ("name", "tensor", "message"),
    [
        ("model.norm.weight", None, "new: model.norm.weight is missing. All 21 parameters are needed."),
        (
            "model.norm.weight",
            torch.ones(3),
            r"new: model.norm.weight is \(3,\), the architecture has \(32,\). Combine models of one architecture.",
        ),
        ("extra", torch.ones(3), "new: extra is not a parameter of the architecture. It has 21."),
    ],
)
def test_parameters_that_do_not_fit_are_named(model: Model, name: str, tensor: Tensor | None, message: str) -> None:
    with pytest.raises(ArchitectureMismatch, match=message):
        model.with_parameters(changed(model, name, tensor), name="new")


async def test_the_thread_ends_with_the_last_model_that_uses_it(model: Model) -> None:
    again: Model | None = model.with_parameters(model.parameters, name="again")
    assert again is not None
    engine = again.engine
    await again.write(HELLO, LONG)
    again = None
    gc.collect()
    assert engine.closed


async def test_the_mean_of_copies_is_the_model(model: Model) -> None:
    parameters = model.parameters
    mean = {name: torch.stack([tensor] * 4).mean(0) for name, tensor in parameters.items()}
    soup = model.with_parameters(mean, name="soup")
    assert (await soup.write(HELLO, LONG)).ids == (await model.write(HELLO, LONG)).ids
