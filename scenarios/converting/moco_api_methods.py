"""MoCo's methods that choose who answers or who writes the next token: `api_*`, `logit_*`, and a single model."""

from collections.abc import Mapping
from typing import Any, Final

from .moco_keys import Draft, Key, Method

TRAINING: Final = "a setting of its training, which has settings of its own here"
LOCAL: Final = "a matter of how MoCo runs, not of what it computes"
ROUTER: Final = "Qwen/Qwen2.5-7B-Instruct"
"""The default of MoCo's routers and rankers."""


def single(draft: Draft) -> None:
    """One model, compared with nobody."""
    del draft.team[1:], draft.names[1:]
    draft.further["baselines"] = False


def cascade(draft: Draft) -> None:
    """A stated confidence is a word in MoCo's replies, and a number here."""
    if draft.options["confidence"] == "stated":
        draft.put("thresholds", [0.5] * (len(draft.names) - 1))
        del draft.options["defer_fraction"]
        draft.notes.append("guessed: thresholds 0.5 (MoCo defers where a reply says 'unconfident')")
    else:
        draft.notes.append("note: confidence is the mean token log-probability (MoCo: the top probability of five)")


def pair(draft: Draft) -> None:
    """The first model writes, the second is deferred to."""
    draft.put("generator", draft.names[0])
    draft.put("mentor", draft.names[1 if len(draft.names) > 1 else 0])


def head(draft: Draft) -> None:
    """Co-LLM's deferral head is fitted on dev here, and on a set of the hub there."""
    pair(draft)
    draft.put("fit", True)


def consult(draft: Draft) -> None:
    """MentorCollab asks where a number from 1 to 100 is below `decision_proportion`: in (x - 1) of 100 cases."""
    pair(draft)
    proportion = float(draft.given("decision_proportion", 25))
    if proportion < 1:
        draft.notes.append(f"guessed: consult {proportion} (decision_proportion below 1 never asks in MoCo)")
        draft.put("consult", proportion)
    else:
        draft.put("consult", round((proportion - 1) / 100, 6))
    draft.put("orders", 1)


def nudge(draft: Draft) -> None:
    """Models by their index are models by their name."""
    for key, default, option in (("base_model_id", 0, "base"), ("nudging_model_id", 1, "nudger")):
        place = int(draft.given(key, default))
        draft.put(option, draft.names[min(place, len(draft.names) - 1)])
    if draft.given("search_gamma", True):
        draft.put("search_gamma", [0.2, 0.3, 0.4, 0.5])


def described(draft: Draft) -> None:
    """A list of descriptions is one by member."""
    told = draft.given("model_descriptions")
    if isinstance(told, list):
        draft.put("descriptions", dict(zip(draft.names, map(str, told), strict=False)))


def graph(draft: Draft) -> None:
    """A network over questions and members."""
    described(draft)
    prices: Mapping[Any, float] = {"Performance First": 0.0, "Balance": 0.1, "Cost First": 1.0}
    scenario = draft.given("scenario", "Performance First")
    draft.put("price", prices.get(scenario, 0.0))
    if scenario != "Performance First":
        draft.notes.append(f"guessed: price {draft.options['price']} for scenario {scenario!r}; other units")
    draft.notes.append("note: encoder ngrams, which needs no download; `encoder: packaged` is all-MiniLM-L6-v2")


def router(draft: Draft) -> None:
    """The router is a further member."""
    described(draft)
    draft.put("router", draft.member(str(draft.given("router_base_model", ROUTER))))


def switching(draft: Draft) -> None:
    """The selector is a further member, all others write."""
    writers = list(draft.names)
    if draft.given("selector_model_name"):
        draft.put("selector", draft.member(str(draft.given("selector_model_name"))))
        draft.put("writers", writers)
    if draft.given("objective_flag"):
        draft.use = "weight/switch_generation"
        draft.notes.append("note: objective_flag trains the selector: weight/switch_generation does")


def contrasted(draft: Draft) -> None:
    """There is no mask of implausible tokens in MoCo."""
    draft.put("plausible", 0)
    if 2 * int(draft.options["k"]) > len(draft.names):
        draft.put("allow_overlap", True)


def fused(draft: Draft) -> None:
    """Optimized weights are announced in MoCo and not there."""
    if draft.given("mode") == "optimized":
        draft.put("weights", "optimized")
        draft.notes.append("note: mode optimized raises 'not implemented' in MoCo")


METHODS: Final[Mapping[str, Method]] = {
    "single_model": Method("text/majority_vote", dropped={"resume": LOCAL}, finish=single),
    "api_cascade": Method(
        "api/cascade",
        (
            Key("mode", "logit", "confidence", {"logit": "logprob", "just_ask": "stated"}),
            Key("percentage", 0.5, "defer_fraction"),
        ),
        finish=cascade,
    ),
    "api_collm": Method(
        "api/co_llm",
        (
            Key("deferral_threshold", 0.5, "threshold"),
            Key("deferral_strategy", "defer", "strategy"),
            Key("threshold_warmup_schedule", "none", "schedule"),
            Key("threshold_warmup_steps", 15, "warmup"),
        ),
        dropped={
            "training_dataset_name": "the head is fitted on dev",
            "training_split": "the head is fitted on dev",
            "training_num": "the head is fitted on all of dev",
            "max_sequence_length": TRAINING,
        },
        finish=head,
    ),
    "api_graph_routing": Method(
        "api/graph_routing",
        (
            Key("hidden_features", 8, "width"),
            Key("train_epochs", 500, "steps"),
            Key("weight_decay", 1e-4, "decay"),
        ),
        dropped={
            "embedding_model_name": "see the note on encoder",
            "in_edges": "all outcomes on dev are edges",
            "learning_rate": TRAINING,
            "train_mask_rate": TRAINING,
            "split_ratio": "dev is fitted to, test is reported on",
            "task_description": "the questions say it",
        },
        finish=graph,
        read=("scenario", "model_descriptions"),
    ),
    "api_mentor_collab": Method(
        "api/mentor_collab",
        (
            Key("patch_size", 16, "patch"),
            Key("mode", "free", "judge", {"free": "letters", "train": "head"}),
            Key("mlp_threshold", 0.5, "threshold"),
        ),
        dropped={"task": "its heads are not published in a form that can be read"},
        finish=consult,
        read=("decision_proportion",),
    ),
    "api_nudging": Method(
        "api/nudging",
        (Key("gamma", 0.4, "gamma"), Key("search_nudging", False, "search_nudger")),
        dropped={"do_sample": "temperature 0 is greedy", "use_kv_cache": "there always is one"},
        finish=nudge,
        read=("base_model_id", "nudging_model_id", "search_gamma"),
    ),
    "api_prompt_routing": Method("api/prompt_routing", finish=described, read=("model_descriptions",)),
    "api_switch_generation": Method(
        "api/switch_generation",
        (Key("patch_size", 25, "patch"),),
        dropped={
            "selector_base_model": TRAINING,
            "training_instance_num": TRAINING,
            "rollout_per_instance": TRAINING,
            "reward_model_name": TRAINING,
            "reward_model_gpu_id": LOCAL,
            "wait_flag": LOCAL,
        },
        finish=switching,
        read=("selector_model_name", "objective_flag"),
    ),
    "api_trained_router": Method(
        "weight/trained_router",
        (Key("num_train_epochs", 5, "epochs"),),
        dropped={
            "reward_model_gpu_id": LOCAL,
            "reward_model_name": "ties on dev are shared by all best members",
        },
        finish=router,
        read=("router_base_model", "model_descriptions"),
    ),
    "logit_logit_contrastive": Method(
        "logit/contrast", (Key("k", 1, "k"), Key("lambda_", 0.2, "strength")), finish=contrasted
    ),
    "logit_logit_fusion": Method("logit/fusion", finish=fused, read=("mode",)),
}
"""By the name in a configuration."""
