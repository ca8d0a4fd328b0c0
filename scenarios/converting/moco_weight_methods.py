"""MoCo's methods that merge or search weights: `weight_*`, and what a swarm's keys are called."""

from collections.abc import Mapping
from typing import Final

from .moco_keys import Draft, Key, Method

FILES: Final = "where MoCo keeps files"


def swarm(cognitive: str, social: str, repel: str, randomness: str, iterations: int) -> tuple[Key, ...]:
    """The keys of a particle swarm, some of which have two spellings."""
    return (
        Key("inertia", 0.2, "motion.inertia"),
        Key(cognitive, 0.3, "motion.cognitive"),
        Key(social, 0.4, "motion.social"),
        Key(repel, 0.05, "motion.repel"),
        Key(randomness, True, "motion.random_factors"),
        Key("starting_velocity_mode", "random", "motion.velocity"),
        Key("step_length", 0.5, "motion.step_length"),
        Key("step_length_factor", 0.95, "motion.step_factor"),
        Key("minimum_step_length", 0.1, "motion.minimum_step"),
        Key("patience", 5, "motion.patience"),
        Key("restart_patience", 3, "motion.restart_patience"),
        Key("max_iterations", iterations, "motion.iterations"),
    )


SWARM: Final = swarm("cognitive_coeff", "social_coeff", "repel_coeff", "weight_randomness", 5)
MODEL_SWARM: Final = swarm(
    "cognitive_coefficient", "social_coefficient", "repel_coefficient", "weight_randomness_flag", 10
)


def unrepelled(draft: Draft) -> None:
    """A swarm whose worst position repels nobody."""
    if not draft.given("repel_term", draft.given("repel_term_flag", True)):
        draft.put("motion.repel", 0.0)


def merged(draft: Draft) -> None:
    """The base is a further member, and nothing is normalised."""
    unrepelled(draft)
    base = draft.given("base_model_name")
    if base:
        draft.put("base", draft.member(str(base)))
    draft.put("normalize", False)


def extrapolated(draft: Draft) -> None:
    """Pairs by name, steps to try."""
    mode = draft.given("mode", "worst_to_best")
    if mode == "sft_to_dpo" or draft.given("sft_models"):
        sources = draft.given("sft_models") or draft.config.model_names[::2]
        targets = draft.given("dpo_models") or draft.config.model_names[1::2]
        by_model = dict(zip(draft.config.model_names, draft.names, strict=False))
        draft.put("mode", "pairs")
        if len(sources) != len(targets):
            draft.notes.append(f"dropped: models without a partner ({len(sources)} before, {len(targets)} after)")
        both = [[by_model.get(one) or draft.member(str(one)) for one in models] for models in (sources, targets)]
        draft.put("pairs", dict(zip(*both, strict=False)))
    else:
        draft.put("mode", mode)
    if draft.given("alpha_mode") == "optimized":
        draft.put("alphas", list(draft.given("alpha_candidates", [0.1, 0.2, 0.3, 0.4, 0.5])))


def composed(draft: Draft) -> None:
    """LoraHub's steps are candidates of a search."""
    steps, population = int(draft.given("max_inference_step", 20)), 5
    draft.put("population", population)
    draft.put("iterations", max(1, -(-steps // population)))
    draft.put("space", "factors")
    base = draft.given("base_model_name") or draft.given("base_model")
    if base:
        draft.put("base", draft.member(str(base)))


METHODS: Final[Mapping[str, Method]] = {
    "weight_dare_ties": Method(
        "weight/dare_ties",
        (
            Key("mode", "average", "mode"),
            Key("density", 1.0, "density"),
            Key("population", 5, "population"),
            *SWARM,
        ),
        dropped={"dare_ties_base_path": FILES},
        finish=merged,
        read=("base_model_name", "repel_term"),
    ),
    "weight_greedy_soup": Method("weight/greedy_soup", dropped={"greedy_soup_base_path": FILES}),
    "weight_expo": Method(
        "weight/expo",
        (Key("alpha", 0.3, "alpha"), Key("k", 1, "k")),
        dropped={"expo_base_path": FILES, "pair_selection": "`select: target`, the default, is its dpo_score"},
        finish=extrapolated,
        read=("mode", "alpha_mode", "alpha_candidates", "sft_models", "dpo_models"),
    ),
    "weight_lorahub": Method(
        "weight/lorahub",
        (
            Key("lorahub_dev_samples", 5, "task.dev_limit"),
            Key("lora_weight_bound", 1.5, "bound"),
            Key("regular_coef", 0.05, "penalty"),
        ),
        finish=composed,
        read=("max_inference_step", "base_model_name"),
    ),
    "weight_model_swarms": Method(
        "weight/model_swarms",
        MODEL_SWARM,
        dropped={"fast_merge_flag": "merging adapters is always fast", "swarm_base_path": FILES},
        finish=unrepelled,
        read=("repel_term_flag",),
    ),
}
"""By the name in a configuration."""
