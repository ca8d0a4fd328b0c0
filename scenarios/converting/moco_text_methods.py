"""MoCo's methods whose models read each other's texts: `text_*`."""

from collections.abc import Mapping
from typing import Any, Final

from .moco_api_methods import LOCAL, ROUTER, TRAINING
from .moco_keys import Draft, Key, Method
from .moco_weight_methods import SWARM, unrepelled

SHAPES: Final[Mapping[str, str | dict[str, Any]]] = {
    "chain": {"shape": "chain", "both_ways": True},
    "tree": {"shape": "tree", "both_ways": True},
    "star": "star",
    "circle": {"shape": "ring", "both_ways": True},
    "complete": "complete",
}
"""MoCo's graphs go both ways."""


def at_least_two(draft: Draft) -> None:
    """A first round that nothing follows is no refinement."""
    if int(draft.options["rounds"]) < 2:
        draft.notes.append(f"note: round {draft.options['rounds']}: no refinement in MoCo; 2 rounds are the least here")
        draft.put("rounds", 2)


def refined(draft: Draft) -> None:
    """All hear all."""
    at_least_two(draft)
    draft.further["topology"] = "complete"


def structured(draft: Draft) -> None:
    """The graph is the scenario's topology."""
    kind, matrix = draft.given("structure_type"), draft.given("structure_matrix")
    if matrix is not None:
        rows = [[0 if row == column else one for column, one in enumerate(line)] for row, line in enumerate(matrix)]
        draft.further["topology"] = {"matrix": rows}
    elif kind in SHAPES:
        draft.further["topology"] = SHAPES[kind]
        if kind == "star":
            draft.notes.append("note: MoCo's star links its leaves, too: that is `topology: wheel` here")
    else:
        draft.further["topology"] = "complete"
        draft.notes.append(f"guessed: topology complete for structure_type {kind!r}")


def blended(draft: Draft) -> None:
    """The ranker is a further member; with training it is the weight level's protocol."""
    draft.put("ranker", draft.member(str(draft.given("ranker_model_name", ROUTER))))
    fuser = draft.given("fuser_model_name")
    draft.put("fuser", draft.member(str(fuser)) if fuser else draft.names[0])
    draft.put("both_orders", False)
    trained = [one for one in ("ranker", "fuser") if draft.given(f"train_{one}_on_dev")]
    if trained:
        draft.use = "weight/llm_blender"
        draft.put("train", "both" if len(trained) == 2 else trained[0])
        draft.put("epochs", draft.given(f"{trained[0]}_sft_epoch", 3))
        draft.put("rate", draft.given(f"{trained[0]}_sft_learning_rate", 1e-5))


def aggregated(draft: Draft) -> None:
    """The aggregator is one of the members, or a further one."""
    if draft.given("agg_model"):
        draft.put("aggregator", draft.member(str(draft.given("agg_model"))))


METHODS: Final[Mapping[str, Method]] = {
    "text_majority_vote": Method(
        "text/majority_vote", (Key("tie", "random", "tie", {"random": "random", "dev-based": "dev"}),)
    ),
    "text_moa": Method("text/mixture_of_agents", (Key("round", 1, "layers"),)),
    "text_multiagent_refine": Method("text/refine", (Key("round", 3, "rounds"),), finish=refined),
    "text_multiagent_feedback": Method(
        "text/feedback", (Key("round", 3, "rounds"), Key("feedback_count", 3, "reviewers")), finish=at_least_two
    ),
    "text_knowledge_card": Method("text/knowledge_card", (Key("exclude_self", False, "exclude_self"),)),
    "text_structure": Method(
        "text/structured_interaction",
        (Key("num_rounds", 3, "rounds"),),
        finish=structured,
        read=("structure_type", "structure_matrix"),
    ),
    "text_llm_blender": Method(
        "text/llm_blender",
        (Key("top_k", 3, "top_k"),),
        dropped={
            "ranker_max_response_length": "a ranker's log-probabilities are read, nothing is written",
            "fuser_max_response_length": "max_tokens",
            "ranker_sft_batch_size": TRAINING,
            "fuser_sft_batch_size": TRAINING,
            "ranker_sft_gradient_accumulation_steps": TRAINING,
            "fuser_sft_gradient_accumulation_steps": TRAINING,
            "ranker_gpu_id": LOCAL,
            "fuser_gpu_id": LOCAL,
        },
        finish=blended,
        read=(
            "ranker_model_name",
            "fuser_model_name",
            "train_ranker_on_dev",
            "train_fuser_on_dev",
            "ranker_sft_epoch",
            "fuser_sft_epoch",
            "ranker_sft_learning_rate",
            "fuser_sft_learning_rate",
        ),
    ),
    "text_heterogeneous_swarms": Method(
        "text/heterogeneous_swarms",
        (Key("population", 5, "population"), *SWARM),
        finish=unrepelled,
        read=("repel_term",),
    ),
    "text_multiagent_finetuning": Method(
        "weight/multiagent_finetuning",
        (
            Key("iterations", 1, "iterations"),
            Key("rounds", 2, "rounds"),
            Key("w", 0.5, "turned"),
            Key("sft_epochs", 1, "epochs"),
            Key("sft_learning_rate", 1e-5, "rate"),
        ),
        dropped={"training_ratio": TRAINING, "sft_batch_size": TRAINING, "sft_grad_accum": TRAINING},
    ),
    "text_bbmas": Method(
        "text/blackboard",
        (
            Key("max_num_agents_to_act", 1, "act"),
            Key("min_num_agents_to_stop", 1, "stop"),
            Key("max_iterations", 10, "turns"),
            Key("max_num_retries", 3, "retries"),
        ),
        dropped={"agent_idle_threshold": "nobody is idle: who acts is drawn by what they say of the board"},
    ),
    "text_slm_mux": Method(
        "text/slm_mux",
        (
            Key("samples_per_model", 5, "samples"),
            Key("tie", "dev-based", "tie", {"dev-based": "dev", "random": "random"}),
        ),
    ),
    "text_agglm": Method(
        "weight/agg_lm",
        (
            Key("sample_size", 2, "sets"),
            Key("learning_rate", 1e-4, "rate"),
            Key("max_epochs", 1, "epochs"),
            Key("train_batch_size", 4, "batch"),
        ),
        dropped={
            "agglm_log_path": "where MoCo keeps files",
            "reuse_log": "a run that goes on never asks twice",
            "weight_decay": TRAINING,
            "lr_scheduler": TRAINING,
        },
        finish=aggregated,
        read=("agg_model",),
    ),
}
"""By the name in a configuration."""
