"""trainers/merging: golden values, what cannot be merged, and merged models that live."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Ask, Sampling
from symposia.agents.errors import ArchitectureMismatch, BadModel, BadScenario, UnknownName, VocabularyMismatch
from symposia.agents.load import load
from symposia.agents.models.absent import Absent
from symposia.trainers.merging import average, combine, files, merge
from symposia.trainers.merging.depth import between
from symposia.trainers.merging.inputs import Inputs
from symposia.trainers.merging.methods import METHODS, checked
from symposia.trainers.merging.sparse import kept, rank_probabilities, uniform, without_tails
from symposia.trainers.merging.streaming import Streamed
from symposia.trainers.merging.thresholds import edges
from torch import Tensor

from .said import says
from .tiny import llama

BASE = [1, -1, 0.5, 0, 2, 0.25, 0, -0.5]
DELTAS = [
    [0.5, -0.25, 0, 0.125, -0.375, 0.1875, 0.0625, 1],
    [0.25, 0.5, -0.625, -0.125, -0.3125, 0.1875, -0.375, 0],
    [-0.5, 0.125, 0.25, 0.0625, 0.4375, -0.5625, 0.03125, -0.75],
]
W = (0.5, 0.25, 0.25)
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


def merged(method: str, tensors: list[Tensor], base: Tensor | None, **options: Any) -> Tensor:
    """One tensor, merged as a model's would be."""
    inputs = {f"m{number}": {"x": tensor} for number, tensor in enumerate(tensors)}
    if base is not None:
        inputs["base"] = {"x": base}
    return Streamed(checked(method, options), inputs, based=base is not None)["x"]


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


MASKS = ["10011001", "01101100", "11000101"]


@pytest.mark.parametrize(
    ("rescale", "expected"),
    [
        ("l1", [1.3125, -0.773456886, 0.271634615, 0.078125, 1.651442308, 0.052671371, 0, 0.125]),
        ("inverse", [1.5, -0.6875, 0.1875, 0.125, 1.46875, -0.03125, 0, 0.5]),
    ],
)
def test_dare_drops_and_rescales(rescale: Any, expected: list[float]) -> None:
    masks = [torch.tensor([bit == "1" for bit in mask]) for mask in MASKS]
    deltas = [torch.tensor(delta, dtype=torch.float64) for delta in DELTAS]
    dropped = [kept(delta, mask, 0.5, rescale) for delta, mask in zip(deltas, masks, strict=True)]
    base = torch.tensor(BASE, dtype=torch.float64)
    total = base + checked("dare_ties", {"weights": W}).agreed(dropped)  # type: ignore[attr-defined]
    assert total.tolist() == pytest.approx(expected, abs=1e-9)


def test_dare_keeps_what_its_masks_say_whatever_the_order_of_models() -> None:
    base = torch.zeros(10_000)
    one, two = torch.full_like(base, 1.0), torch.full_like(base, 3.0)
    rule = checked("dare_linear", {"density": 0.25, "seed": 7})
    ahead = rule(Inputs("x", ("one", "two"), (one, two), base))
    back = rule(Inputs("x", ("two", "one"), (two, one), base))
    assert torch.equal(ahead, back)
    assert sorted(set(ahead.tolist())) == [0.0, 2.0, 6.0, 8.0]
    assert ahead.mean().item() == pytest.approx(2.0, abs=0.1)
    assert not torch.equal(
        ahead, checked("dare_linear", {"density": 0.25, "seed": 8})(Inputs("x", ("one", "two"), (one, two), base))
    )


def test_a_draw_depends_on_its_place_alone() -> None:
    draw = uniform(torch.zeros(3), 7, "amber", "x")
    assert torch.equal(draw, uniform(torch.zeros(9), 7, "amber", "x")[:3])
    assert not torch.equal(draw, uniform(torch.zeros(3), 7, "amber", "y"))


def test_breadcrumbs_leave_out_both_tails() -> None:
    delta = torch.tensor([0.1, -0.9, 0.5, 0.3, -0.2, 0.7, 0.05, 0.6, -0.4, 0.8])
    assert delta[without_tails(delta, 0.5, 0.2)].tolist() == pytest.approx([0.5, 0.3, 0.7, 0.6, -0.4])
    assert delta[without_tails(delta, 0.5, 0.0)].tolist() == pytest.approx([-0.9, 0.5, 0.7, 0.6, 0.8])


def test_della_keeps_by_rank() -> None:
    probabilities = rank_probabilities(torch.tensor([0.1, -0.9, 0.5, 0.3]), 0.5, 0.15)
    assert probabilities.tolist() == pytest.approx([0.35, 0.65, 0.55, 0.45])
    assert rank_probabilities(torch.ones(3, 1), 0.5, 0.15).tolist() == [[0.5], [0.5], [0.5]]


def test_of_equal_changes_the_first_are_kept() -> None:
    kept_first = merged("ties", [torch.tensor([2.0, 1.0, 1.0, 1.0])], torch.zeros(4), density=0.5)
    assert kept_first.tolist() == [2, 1, 0, 0]


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
    ("tiess", {}, True, UnknownName, "no merging method named 'tiess'. Did you mean 'ties'?"),
    ("ties", {"densty": 1}, True, UnknownName, "merge: ties: no option named 'densty'. Did you mean 'density'?"),
    ("ties", {"density": 2}, True, BadScenario, "merge: ties.density: Input should be less than or equal to 1"),
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
    ("della", {"density": 0.1}, True, BadScenario, "merge: density 0.1 with epsilon 0.15 are no probabilities."),
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


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("models")
    return {name: load(f"hf:{llama(folder / name, seed=seed)}") for seed, name in enumerate(("amber", "blue", "coral"))}


def test_a_number_that_is_not_finite_is_found(models: dict[str, Any]) -> None:
    broken = {name: tensor.clone() for name, tensor in models["blue"].parameters.items()}
    broken["model.norm.weight"][3] = torch.nan
    team = {"amber": models["amber"], "blue": models["blue"].with_parameters(broken, name="blue")}
    with says(
        BadModel,
        "merge: model.norm.weight of blue holds NaN or infinity. Train or save that model again.",
    ):
        merge(team, "linear", name="soup")


@pytest.mark.parametrize("method", METHODS)
def test_infinity_is_found_also_where_a_method_would_hide_it(models: dict[str, Any], method: str) -> None:
    broken = {name: tensor.clone() for name, tensor in models["blue"].parameters.items()}
    broken["model.norm.weight"][3] = torch.inf
    blue = models["blue"].with_parameters(broken, name="blue")
    team = {"blue": blue} if method == "nearswap" else {"amber": models["amber"], "blue": blue}
    based = METHODS[method].needs_base
    with says(BadModel, "merge: model.norm.weight of blue holds NaN or infinity. Train or save that model again."):
        merge(team, method, name="merged", base=models["coral"] if based else None)


def test_what_overflows_once_merged_is_found() -> None:
    large = torch.full((2,), 60_000.0, dtype=torch.float16)
    with says(BadModel, "merge: x is too large for torch.float16 once merged. Use smaller weights."):
        merged("linear", [large, large], None, weights=(1.0, 1.0))


def test_models_of_another_tokenizer_are_refused(models: dict[str, Any], tmp_path: Path) -> None:
    stranger = load(f"hf:{llama(tmp_path, 'hello')}")
    with says(
        VocabularyMismatch,
        "merge: the vocabulary of stranger is not that of amber (263 and 262 tokens). Merge models of one tokenizer.",
    ):
        merge({"amber": models["amber"], "stranger": stranger}, "linear", name="soup")


def test_tied_output_layers_are_untied_or_refused(models: dict[str, Any], tmp_path: Path) -> None:
    tied = load(f"hf:{llama(tmp_path, tie_word_embeddings=True)}")
    soup = merge({"amber": models["amber"], "tied": tied}, "linear", name="soup")
    expected = (models["amber"].parameters["lm_head.weight"] + tied.parameters["model.embed_tokens.weight"]) / 2
    assert torch.allclose(soup.parameters["lm_head.weight"], expected)
    with says(
        ArchitectureMismatch,
        "merge: tied writes with its input embedding, amber with lm_head.weight of its own. Name amber first.",
    ):
        merge({"tied": tied, "amber": models["amber"]}, "linear", name="soup")


def test_absent_models_merge_into_an_absent_one() -> None:
    absent = {name: Absent(name) for name in ("amber", "blue")}
    assert isinstance(merge(absent, "ties", name="soup", base=Absent("base")), Absent)
    assert isinstance(average(list(absent.values()), name="soup"), Absent)


@pytest.mark.parametrize("method", [name for name, rule in METHODS.items() if rule.takes != 1])
def test_every_method_makes_a_model_that_writes(models: dict[str, Any], method: str) -> None:
    pair = {"amber": models["amber"], "blue": models["blue"]}
    base = models["coral"] if METHODS[method].needs_base else None
    soup = merge(pair, method, name="soup", base=base)
    said = asyncio.run(soup.write(Ask(text="hello").turns(), Sampling(max_tokens=4)))
    assert 1 <= len(said.ids) <= 4


def test_a_merge_holds_one_tensor_of_each_input(models: dict[str, Any]) -> None:
    held: list[str] = []

    class Watched(dict[str, Tensor]):
        def __getitem__(self, name: str) -> Tensor:
            held.append(name)
            return super().__getitem__(name)

    watched = {name: Watched(models[name].parameters) for name in ("amber", "blue")}
    streamed = Streamed(checked("linear", {}), watched, based=False)
    assert held == []
    first, second = list(streamed)[:2]
    streamed[first], streamed[second]
    assert held == [first, first, second, second]


def test_the_coefficients_of_a_swarm_are_taken_as_they_are(models: dict[str, Any]) -> None:
    name = "model.norm.weight"
    mixed = combine([models["amber"], models["blue"]], [-1.0, 1.0], name="velocity")
    expected = models["blue"].parameters[name] - models["amber"].parameters[name]
    assert torch.equal(mixed.parameters[name], expected)


# of whole models


def test_a_whole_model_is_trimmed_at_once() -> None:
    changed = {"x": torch.tensor([4.0, 3.0, 2.0, 1.0]), "y": torch.tensor([0.4, 0.3, 0.2, 0.1])}
    inputs = {"m": changed, "base": {name: torch.zeros(4) for name in changed}}
    kept_of = {}
    for scope in ("tensor", "model"):
        streamed = Streamed(checked("ties", {"density": 0.5, "scope": scope}), inputs, based=True)
        kept_of[scope] = {name: (streamed[name] != 0).tolist() for name in changed}
    assert kept_of["tensor"] == {"x": [True, True, False, False], "y": [True, True, False, False]}
    assert kept_of["model"] == {"x": [True] * 4, "y": [False] * 4}


@pytest.mark.parametrize("density", [0.001, 0.2, 0.5, 1.0])
def test_the_edge_of_a_model_is_that_of_all_its_changes(density: float) -> None:
    generator = torch.Generator().manual_seed(0)
    parts = [[torch.randn(n, generator=generator) * s for s in (1e-3, 1.0)] for n in (1000, 7, 5000)]
    for model, edge in enumerate(edges(lambda: parts, density)):
        sizes = torch.cat([part[model].abs() for part in parts]).sort(descending=True).values
        assert edge == sizes[max(1, int(density * len(sizes))) - 1].item()


def test_a_whole_model_is_not_trimmed_by_depth(models: dict[str, Any]) -> None:
    pair = {"amber": models["amber"]}
    with says(BadScenario, "merge: ties trims a whole model at once, not by depth. Set scope to tensor."):
        merge(pair, "ties", name="new", base=models["blue"], scope="model", gradients={"density": (0.2, 0.5)})


# by depth


def test_a_gradient_is_linear_between_its_points() -> None:
    points = (0, 0.5, 1, 0.2)
    assert [between(points, layer / 4) for layer in range(5)] == pytest.approx([0, 0.375, 0.75, 0.8, 0.2])
    assert between(((1, 0), (0, 1)), 0.25) == (0.75, 0.25)
    assert between((3,), 0.5) == 3


def test_a_model_may_be_one_at_the_bottom_and_another_at_the_top(models: dict[str, Any]) -> None:
    pair = {"amber": models["amber"], "blue": models["blue"]}
    mixed = merge(pair, "linear", name="mixed", gradients={"weights": ((1, 0), (0, 1))})
    for name, tensor in mixed.parameters.items():
        assert torch.equal(tensor, models["blue" if ".layers.1." in name else "amber"].parameters[name])


def test_a_gradient_of_what_is_no_option_is_refused(models: dict[str, Any]) -> None:
    with pytest.raises(UnknownName, match="merge: linear: no option named 'density'"):
        merge(models, "linear", name="mixed", gradients={"density": (0, 1)})


# on disk


async def test_folders_are_merged_into_a_folder(models: dict[str, Any], tmp_path: Path) -> None:
    folders = {name: llama(tmp_path / name, seed=seed) for seed, name in enumerate(("amber", "blue", "coral"))}
    base = folders.pop("coral")
    files.merge_folders(folders, "ties", tmp_path / "out", base=base, density=0.5, shard=40_000)
    assert len(list((tmp_path / "out").glob("*.safetensors"))) > 1
    pair = {"amber": models["amber"], "blue": models["blue"]}
    wanted = merge(pair, "ties", name="live", base=models["coral"], density=0.5)
    found = load(f"hf:{tmp_path / 'out'}")
    assert all(torch.equal(found.parameters[name], tensor) for name, tensor in wanted.parameters.items())


def test_a_file_that_is_cut_off_is_found_before_anything_is_written(tmp_path: Path) -> None:
    folders = {name: llama(tmp_path / name) for name in ("amber", "blue")}
    weights = folders["blue"] / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(BadModel, match=r"^blue: .*model\.safetensors cannot be read: .*\. Save it again\.$"):
        files.merge_folders(folders, "linear", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_folders_of_another_tokenizer_are_refused(tmp_path: Path) -> None:
    folders = {"amber": llama(tmp_path / "amber"), "stranger": llama(tmp_path / "stranger", "hello")}
    with says(
        VocabularyMismatch,
        "merge: the vocabulary of stranger is not that of amber (263 and 262 tokens). Merge models of one tokenizer.",
    ):
        files.merge_folders(folders, "linear", tmp_path / "out")
