"""Merging methods, against golden values."""

from typing import Any

import pytest
import torch
from symposia.agents.errors import BadModel, BadScenario, UnknownName
from symposia.agents.models.absent import Absent
from symposia.tests.support.merged import BASE, DELTAS, W, merged
from symposia.trainers.merging import merge
from symposia.trainers.merging.methods import METHODS
from torch import Tensor

ONES = (1.0, 1.0, 1.0)
DENSE = {"density": 1.0, "rescale": "none"}
GOLDEN = {
    "T0": (
        "task_arithmetic",
        {"weights": W},
        [1.1875, -0.96875, 0.40625, 0.046875, 1.84375, 0.25, -0.0546875, -0.1875],
    ),
    "T1": (
        "ties",
        {"weights": W, "density": 1.0},
        [1.416666667, -0.6875, -0.125, 0.104166667, 1.645833333, 0.4375, -0.375, 0.5],
    ),
    "T2": ("ties", {"weights": W, "density": 0.5}, [1.5, -0.5, -0.125, 0, 1.645833333, -0.3125, -0.375, 0.5]),
    "T3": (
        "ties",
        {"weights": W, "density": 0.5, "scale": 0.5},
        [1.25, -0.75, 0.1875, 0, 1.822916667, -0.03125, -0.1875, 0],
    ),
    "T4": (
        "dare_ties",
        {"weights": W, **DENSE},
        [1.3125, -0.84375, 0.34375, 0.078125, 1.734375, 0.390625, -0.09375, 0],
    ),
    "T5": ("dare_ties", {"weights": ONES, **DENSE}, [1.75, -0.375, -0.125, 0.1875, 1.3125, -0.3125, -0.375, 0.5]),
    "T6": ("ties", {"weights": ONES, "density": 1.0}, [1.375, -0.6875, -0.125, 0.09375, 1.65625, -0.3125, -0.375, 0.5]),
    "T7": (
        "ties",
        {"weights": (1, -0.5, 0.5), "density": 1.0},
        [1.5, -2, 0.9375, 0.21875, 2.375, -0.125, 0.265625, 0.5],
    ),
    "T8": (
        "ties",
        {"weights": ONES, "density": 1.0, "vote": "count"},
        [1.375, -0.6875, 0.75, 0.09375, 1.65625, 0.4375, 0.046875, 0.5],
    ),
}


def the_three(dtype: torch.dtype) -> tuple[list[Tensor], Tensor]:
    base = torch.tensor(BASE, dtype=torch.float64)
    return [(base + torch.tensor(delta, dtype=torch.float64)).to(dtype) for delta in DELTAS], base.to(dtype)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_golden_value_to_nine_digits(name: str) -> None:
    method, options, expected = GOLDEN[name]
    tensors, base = the_three(torch.float64)
    assert merged(method, tensors, base, **options).tolist() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", ["T0", "T4", "T5", "T6", "T7", "T8"])
def test_a_golden_value_bit_for_bit_in_every_precision(name: str, dtype: torch.dtype) -> None:
    method, options, expected = GOLDEN[name]
    tensors, base = the_three(dtype)
    assert torch.equal(merged(method, tensors, base, **options), torch.tensor(expected, dtype=dtype))


B = [1.0, 2.0, 3.0, 4.0]
ONE, TWO = [1.5, 1.75, 3.0, 5.0], [1.5, 2.25, 2.0, 4.0]
OTHERS = {
    "model stock": ("model_stock", [ONE, TWO], B, {}, [1.125, 2, 2.875, 4.125]),
    "sce": ("sce", [ONE, TWO], B, {}, [1.5, 2.25, 2, 5]),
    "ram": ("ram", [ONE, TWO], B, {}, [1.5, 2, 2, 5]),
    "ramplus": ("ramplus_tl", [ONE, TWO], B, {}, [1.5, 2, 1.98, 5.02]),
    "nearswap": ("nearswap", [ONE], B, {"t": 0.3}, [1.3, 1.75, 3, 4.3]),
    "slerp": ("slerp", [[1, 0], [0, 1]], None, {}, [0.7071068, 0.7071068]),
    "slerp of lengths": ("slerp", [[2, 0], [0, 1]], None, {"t": 0.25}, [1.847759, 0.382683]),
    "slerp of parallels": ("slerp", [[2, 0], [4, 0]], None, {"t": 0.25}, [2.5, 0]),
    "multislerp": ("multislerp", [[2, 0], [0, 1]], None, {}, [1.06066, 1.06066]),
    "multislerp of weights": ("multislerp", [[2, 0], [0, 1]], None, {"weights": (0.75, 0.25)}, [1.660196, 0.553399]),
    "a mean on the sphere": ("karcher", [[1, 0], [0, 1]], None, {"weights": (0.75, 0.25)}, [0.9238795, 0.3826834]),
    "linear is not normalised": ("linear", [[1, 2], [3, 4]], None, {"weights": (-1, 1)}, [2, 2]),
    "linear mean": ("linear", [[1, 2], [3, 4]], None, {"weights": (1, 3), "normalize": True}, [2.5, 3.5]),
    "expo": ("linear", [[1.25], [1.0]], None, {"weights": (1.3, -0.3)}, [1.325]),
}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_another_method_has_its_golden_value(name: str) -> None:
    method, tensors, base, options, expected = OTHERS[name]
    given = [torch.tensor(tensor, dtype=torch.float64) for tensor in tensors]
    origin = None if base is None else torch.tensor(base, dtype=torch.float64)
    assert merged(method, given, origin, **options).tolist() == pytest.approx(expected, abs=1e-6)


WHOLE = [name for name, rule in METHODS.items() if getattr(rule, "keep", "all") == "all" and rule.takes != 1]


@pytest.mark.parametrize("name", WHOLE)
def test_copies_of_a_model_merge_into_it_where_nothing_is_dropped(name: str) -> None:
    rule = METHODS[name]
    one = torch.tensor([0.5, -1.0, 2.0, 0.0], dtype=torch.float64)
    base = torch.tensor([0.25, 0.5, -1.0, 1.0], dtype=torch.float64) if rule.needs_base else None
    assert merged(name, [one] * 2, base).tolist() == pytest.approx(one.tolist())


def test_thirds_of_a_model_do_not_lose_a_bit() -> None:
    one = torch.randn(1000, generator=torch.Generator().manual_seed(0)).to(torch.bfloat16)
    assert torch.equal(merged("linear", [one] * 3, None), one)


BAD = [
    ("tiess", {}, True, UnknownName, "merge: no merging method named 'tiess'. Did you mean 'ties'?"),
    ("ties", {"densty": 1}, True, UnknownName, "merge: ties: no option named 'densty'. Did you mean 'density'?"),
    ("ties", {"density": 2}, True, BadScenario, "merge: ties.density: got 2. Input should be less than or equal to 1."),
    ("ties", {}, False, BadScenario, "merge: ties has no base. Name the model that the others were trained from."),
    ("ties", {"weights": (1.0,)}, True, BadScenario, "merge: 1 weights for 2 models. Give one a model."),
    (
        "linear",
        {"weights": (1.0, -1.0), "normalize": True},
        False,
        BadScenario,
        "merge: weights (1.0, -1.0) sum to zero and have no mean. Set normalize to false, or change them.",
    ),
    ("nearswap", {}, True, BadScenario, "merge: nearswap of 2 models. It merges 1."),
    ("della", {"density": 0.1}, True, BadScenario, "merge: density 0.1 with epsilon 0.15 are not probabilities."),
]


@pytest.mark.parametrize(("method", "options", "based", "error", "message"), BAD)
def test_bad_settings_are_refused_before_a_tensor_is_read(
    method: str, options: dict[str, Any], based: bool, error: type[Exception], message: str
) -> None:
    class Unread(Absent):
        @property
        def parameters(self) -> Any:
            raise AssertionError("was read")

    models = {name: Unread(name) for name in ("one", "two")}
    with pytest.raises(error) as raised:
        merge(models, method, name="new", base=Unread("base") if based else None, **options)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("deltas", "expected"),
    [
        # Two at 120 degrees: c = -1/2, t = 2 c / (1 + c) = -2, and their mean is (1/4, sqrt(3)/4).
        ([[1.0, 0.0], [-0.5, 0.75**0.5]], [-0.5, -(0.75**0.5)]),
        # Three, mean cosine (-1/2 - 1/2 + 1) / 3 = 0: the base.
        ([[1.0, 0.0], [-0.5, 0.75**0.5], [-0.5, 0.75**0.5]], [0.0, 0.0]),
    ],
)
def test_model_stock_takes_a_negative_mean_cosine_as_it_is(deltas: list[list[float]], expected: list[float]) -> None:
    tensors = [torch.tensor(delta, dtype=torch.float64) + 3 for delta in deltas]
    found = merged("model_stock", tensors, torch.full((2,), 3.0, dtype=torch.float64))
    assert torch.allclose(found, torch.tensor(expected, dtype=torch.float64) + 3)


def test_model_stock_has_no_ratio_for_changes_that_cancel_out() -> None:
    opposite = [torch.tensor([1.0, 0.0]), torch.tensor([-1.0, 0.0])]
    with pytest.raises(BadModel) as error:
        merged("model_stock", opposite, torch.zeros(2))
    assert str(error.value).startswith("merge: the changes of the models to ")
    assert str(error.value).endswith(
        " cancel out, so model_stock has no ratio for them. Use another method, or other models."
    )
