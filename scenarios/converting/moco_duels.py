"""MoCo's methods whose models fight duels and judge each other: `text_sparta`, `text_sparta_stackelberg`."""

from collections.abc import Mapping
from typing import Any, Final

from .moco_api_methods import LOCAL, TRAINING
from .moco_keys import Draft, Key, Method

RATING: Final = (
    Key("initial_k", 10.0, "rating.k_first"),
    Key("min_k", 5.0, "rating.k_least"),
    Key("window_size", 10, "rating.window"),
    Key("min_deviation", 0.1, "rating.sigma_least"),
    Key("epsilon", 0.01, "rating.least"),
    Key("decay_rate", 0.9, "rating.decay"),
    Key("decay_steps", 10, "rating.decay_every"),
    Key("scaling_factor", 20.0, "rating.scale"),
)


REWARDED: Final = {"difficulty_only": 1.0, "preference_quality_only": 0.0}
"""The weight of difficulty in what rewards a leader; `weighted` has a number of its own."""


def duels(draft: Draft) -> None:
    """A training algorithm other than DPO has no counterpart."""
    if draft.given("training_algorithm") == "grpo":
        draft.notes.append("guessed: members are trained by DPO (training_algorithm grpo has no counterpart)")
    draft.notes.append("note: ratings are zero-sum; MoCo's own rule is `rating: {like: original}`")
    if draft.given("enable_dpo") is False:
        draft.use = "text/sparta"
        for name in ("rate", "epochs", "batch"):
            draft.options.pop(name, None)
    if draft.given("reward_method") in REWARDED:
        draft.put("leading.difficulty", REWARDED[draft.given("reward_method")])
    if draft.given("leader_type") in ("probabilistic", "exp3", "bandit"):
        draft.put("leader", "bandit")
        if int(draft.options["rounds"]) < 2:
            draft.notes.append("note: num_iterations 1: a leader learns nothing in the only round; 2 rounds")
            draft.put("rounds", 2)


def seconds(key: str, *others: str) -> Any:  # noqa: ANN401 - a mapping of reasons
    """Reasons for several keys that say how MoCo runs."""
    return dict.fromkeys((key, *others), LOCAL)


DPO: Final = (Key("dpo_learning_rate", 1e-6, "rate"), Key("dpo_epoch", 1, "epochs"))
JUDGING: Final = {
    "judge_models": "every member that does not fight judges",
    "dpo_model_names": "all members are trained",
    **dict.fromkeys(
        ("judge_max_response_length", "judge_temperature", "judge_top_p"),
        "a judge writes by `sampling`; a member may have its own",
    ),
    "score_type": "every judge counts by its rating, which is MoCo's normal",
    "freeze_ratings": "ratings are never frozen",
    "dpo_batch_size": TRAINING,
    "dpo_gradient_accumulation_steps": TRAINING,
    **seconds(
        "judge_batch_size", "judge_rounds", "base_dir", "iteration", "current_iteration", "run_id",
        "parallel_dpo_training",
    ),
}  # fmt: skip
LEADER: Final = {
    "instruction_selection": "the older name of leader_type",
    "opponent_selection": "the opponents of closest rating",
    "leader_scope": "one leader for all",
    "instr_sample_gamma": "the older name of leader_uniform_mix",
    "reputation_gap_sigma": "the opponents of closest rating",
    "preference_quality_reward_weight": "what `leading.difficulty` leaves",
    **dict.fromkeys(
        (
            "grpo_batch_size", "grpo_gradient_accumulation_steps", "grpo_learning_rate", "grpo_epoch",
            "grpo_num_generations", "grpo_max_completion_length", "grpo_beta", "grpo_epsilon", "grpo_scale_rewards",
            "grpo_loss_type", "reward_scale",
        ),
        TRAINING,
    ),
    **seconds(
        "parallel_grpo_training", "gpus_per_grpo_job", "max_parallel_grpo_jobs", "online_judge_gpu_ids",
        "eval_max_response_length", "eval_temperature", "eval_top_p", "eval_batch_size",
    ),
}  # fmt: skip

METHODS: Final[Mapping[str, Method]] = {
    "text_sparta": Method(
        "weight/sparta",
        (
            Key("num_iterations", 3, "rounds"),
            Key("num_instructions", 500, "duels"),
            Key("random_match_prob", 0.2, "chance"),
            Key("num_opponents", 3, "opponents"),
            *RATING,
            *DPO,
        ),
        dropped={**JUDGING, "sparta_iterations": "MoCo reads num_iterations, and not this"},
        finish=duels,
        read=("enable_dpo",),
    ),
    "text_sparta_stackelberg": Method(
        "weight/sparta",
        (
            Key("num_iterations", 1, "rounds"),
            Key("num_duels_per_iteration", 128, "duels"),
            Key("random_match_prob", 0.2, "chance"),
            Key("num_opponents", 3, "opponents"),
            Key("leader_uniform_mix", 0.2, "leading.mix"),
            Key("difficulty_reward_weight", 0.3, "leading.difficulty"),
            Key("score_threshold", 3, "leading.threshold"),
            Key("ideal_start_gap", 0.6, "leading.gap_first"),
            Key("ideal_end_gap", 0.15, "leading.gap_last"),
            Key("preference_gap_sigma", 0.15, "leading.gap_sigma"),
            *RATING,
            *DPO,
        ),
        dropped={**JUDGING, **LEADER, "num_instructions": "the leader draws from all of dev"},
        finish=duels,
        read=("training_algorithm", "leader_type", "reward_method"),
    ),
}
"""By the name in a configuration."""
