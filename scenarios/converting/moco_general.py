"""What every configuration of MoCo's says: models, devices, data, sampling."""

from math import floor
from typing import Final

from ...evaluators.datasets.registered import registered
from .moco_keys import Draft, device, slug, unique

GENERAL: Final = frozenset(
    {
        "ratio",
        "max_response_length",
        "temperature",
        "top_p",
        "batch_size",
        "big_model_mode",
        "load_in_8bit",
        "max_parallel_generation_models",
        "seed",
        "model_name_mapping",
        "base_model",
    }
)
"""The hyperparameters that do not depend on the method."""

TASKS: Final = {
    "multiple_choice": "multiple_choice",
    "exact_match": "short_answer",
    "f1_match": "short_answer",
    "ifeval": "ifeval",
    "kernel_bench": "kernel_bench",
    "kernelbench": "kernel_bench",
    "smdd": "smdd",
    "gene_ranking": "gene_ranking",
    "coding": "coding",
    "code": "coding",
    "noncompliance": "open_ended",
    "reward_model": "open_ended",
    "general_verifier": "open_ended",
    "text_generation": "open_ended",
    "generation_diversity": "open_ended",
}
"""The task of each type; open-ended ones are graded by judges, which a configuration does not name."""

LENGTHS: Final = {"single_model": 100, "api_cascade": 256, "text_sparta": 256, "text_sparta_stackelberg": 256}
LENGTHS_MORE: Final = {"weight_lorahub": 256}


def write_general(draft: Draft, *, compat: bool) -> None:
    """Write the team, the task, sampling and the seed."""
    _team(draft)
    _task(draft, compat=compat)
    config = draft.config
    length = {**LENGTHS, **LENGTHS_MORE}.get(config.method, 512)
    warm = 1.0 if config.method == "text_agglm" else 0.7
    draft.sampling = {
        "temperature": float(draft.given("temperature", warm)),
        "top_p": float(draft.given("top_p", 1.0 if config.method == "text_agglm" else 0.9)),
        "max_tokens": int(draft.given("max_response_length", length)),
    }
    seed = draft.given(
        "seed", 42 if config.method in ("text_slm_mux", "weight_lorahub", "text_sparta_stackelberg") else None
    )
    draft.further["seed"] = 0 if seed is None else int(seed)
    if seed is None:
        draft.notes.append("guessed: seed 0 (MoCo draws without one)")
    for key in ("batch_size", "load_in_8bit", "max_parallel_generation_models"):
        if key in config.hyperparameters:
            draft.notes.append(f"dropped: {key} ({DROPPED[key]})")


DROPPED: Final = {
    "batch_size": "calls are batched as they come",
    "load_in_8bit": "it has no effect in MoCo",
    "max_parallel_generation_models": "every model is loaded once and stays",
}


def _team(draft: Draft) -> None:
    config, mapping = draft.config, draft.given("model_name_mapping") or {}
    base = draft.given("base_model_name") or draft.given("base_model")
    for place, name in enumerate(config.model_names):
        model = str(mapping.get(name, name))
        adapter = "lora" in model.lower()
        if adapter and not base:
            draft.notes.append(f"guessed: {model} is an adapter, and its base is not named; its own file says it")
        url = f"{base}+{model}" if adapter and base else model
        draft.names.append(unique(slug(name), draft.names))
        draft.team.append({"name": draft.names[-1], "model": f"hf:{url}{device(config, place)}"})


def _task(draft: Draft, *, compat: bool) -> None:
    config = draft.config
    known = registered().get(config.task)
    wanted = TASKS.get(config.task_type)
    if wanted is None:
        draft.notes.append(f"guessed: task_type {config.task_type!r} is unknown; read as short_answer")
    use = wanted or "short_answer"
    if known is not None and known.use == use:
        draft.task = {"data": config.task}
    else:
        if known is not None:
            draft.notes.append(f"note: {config.task} is registered as {known.use}; task_type says {config.task_type}")
        draft.task = {"use": use, "data": f"moco:{config.task}"}
        if config.task_type == "f1_match":
            draft.task["options"] = {"score": "f1"}
    if use == "open_ended":
        draft.notes.append(f"note: {config.task_type} is graded by a model: give `grader:` and `judges:`")
    if compat:
        draft.task.setdefault("options", {})["profile"] = "moco_1_1"
    draft.task |= {"split": "test", "dev_limit": None}
    ratio = float(draft.given("ratio", 1.0))
    if ratio < 1.0:
        _cut(draft, ratio)


def _cut(draft: Draft, ratio: float) -> None:
    """Limit dev and test to a share of their rows, where the registry says how many there are."""
    known = registered().get(draft.config.task)
    rows = dict(known.rows) if known is not None and known.rows else {}
    for split, key in (("test", "limit"), ("dev", "dev_limit")):
        if split in rows:
            draft.task[key] = max(1, floor(rows[split] * ratio))
        else:
            draft.notes.append(f"dropped: ratio {ratio} of {split}, whose rows are not counted in the registry")
    draft.notes.append(f"note: ratio {ratio}: MoCo takes the first rows, here they are drawn")
