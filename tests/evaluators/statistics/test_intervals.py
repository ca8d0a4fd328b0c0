"""evaluators: samples, metrics, intervals and tests of significance"""

from collections.abc import Sequence

import pytest
from pydantic import ValidationError
from symposia.agents.accounting import Usage
from symposia.agents.errors import BadData, UnknownName
from symposia.agents.registry import names
from symposia.evaluators import metric
from symposia.evaluators.metric import Estimate
from symposia.evaluators.metrics import accuracy, cluster_accuracy, cost
from symposia.evaluators.sample import Sample
from symposia.evaluators.statistics.complementarity import break_rate, emergence, fix_rate, oracle, pass_at_k
from symposia.evaluators.statistics.intervals import Interval, mean_interval, standard_error, wilson
from symposia.evaluators.statistics.resampling import cluster_bootstrap, permutation_test
from symposia.evaluators.statistics.significance import difference, holm, mcnemar
from symposia.evaluators.statistics.student_t import quantile

VALUES = (1, 1, 0, 0, 1, 0, 1, 1)
PAIRS = (0, 0, 1, 1, 2, 2, 3, 3)


def sample(score: float | None, *, parsed: str | None = "x", cluster: str | None = None, tokens: int = 0) -> Sample:
    why = "a: the model is gone." if score is None else None
    usage = Usage(prompt_tokens=tokens, completion_tokens=tokens)
    return Sample(id="i", question="?", output="x", parsed=parsed, score=score, why=why, usage=usage, cluster=cluster)


def rounded(interval: Interval | Estimate) -> Sequence[float | None]:
    return [None if x is None else round(x, 4) for x in (interval.value, interval.low, interval.high)]


# --- samples and metrics ---------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"score": 1.0, "why": "late"}, {"score": float("nan")}, {"score": 2.0}])
def test_a_sample_has_a_score_or_a_reason(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"id": "i", "question": "?", "output": "", **given})


def test_a_sample_is_read_back_as_it_was_written() -> None:
    row = sample(None, cluster="p1", tokens=3)
    assert Sample.model_validate_json(row.model_dump_json()) == row


def test_what_is_unscored_is_counted_and_not_averaged() -> None:
    measured = accuracy.measure([sample(1.0), sample(0.0, parsed=None), sample(None), sample(1.0)])
    assert (measured.scored, measured.unscored, measured.no_answer) == (3, 1, 1)
    assert rounded(measured) == [0.6667, 0.2077, 0.9385]


@pytest.mark.parametrize("samples", [[], [sample(None)]])
def test_without_scores_there_is_no_value(samples: list[Sample]) -> None:
    measured = accuracy.measure(samples)
    assert (measured.value, measured.low, measured.high, measured.unscored) == (None, None, None, len(samples))


def test_graded_scores_get_a_students_interval() -> None:
    assert rounded(accuracy.measure([sample(0.5), sample(0.2), sample(0.9)])) == [0.5333, -0.3391, 1.4057]


def test_cost_counts_the_tokens_of_failures_too() -> None:
    measured = cost.measure([sample(1.0, tokens=10), sample(None, tokens=20)])
    assert (measured.value, measured.scored, measured.unscored) == (30.0, 2, 0)


def test_a_cluster_is_right_only_if_all_of_it_is() -> None:
    samples = [sample(1.0, cluster="p"), sample(0.0, cluster="p"), sample(1.0, cluster="q"), sample(1.0)]
    assert cluster_accuracy.measure(samples).value == 0.5
    assert cluster_accuracy.measure([*samples, sample(None, cluster="q")]).unscored == 2


@pytest.mark.parametrize("name", names("symposia.evaluators.metrics"))
def test_every_file_among_the_metrics_measures(name: str) -> None:
    assert isinstance(metric.find(name).measure([sample(1.0), sample(0.0)]), Estimate)


def test_an_unknown_metric_is_named_with_the_near_miss() -> None:
    with pytest.raises(UnknownName, match=r"^no metric named 'acuracy'\. Did you mean 'accuracy'\?"):
        metric.find("acuracy")


# --- intervals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "trials", "low", "high"),
    [(9, 57, 0.0854, 0.2736), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilsons_interval_has_a_width_at_both_ends(right: int, trials: int, low: float, high: float) -> None:
    assert rounded(wilson(right, trials)) == [round(right / trials, 4), low, high]


@pytest.mark.parametrize(
    ("freedom", "t"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (10, 2.2281), (99, 1.9842), (200, 1.9719), (1000, 1.9623)],
)
def test_students_quantiles_are_those_of_the_tables(freedom: int, t: float) -> None:
    assert round(quantile(0.95, freedom), 4) == t


def test_clusters_widen_the_standard_error() -> None:
    clustered, naive = standard_error(VALUES, PAIRS), standard_error(VALUES)
    assert clustered is not None
    assert naive is not None
    assert (round(clustered, 6), round(naive, 6)) == (0.239357, 0.182981)


def test_clusters_widen_the_interval() -> None:
    assert rounded(mean_interval(VALUES)) == [0.625, 0.3057, 0.8632]
    assert rounded(mean_interval(VALUES, PAIRS)) == [0.625, 0.2222, 0.9068]


def test_a_cluster_of_copies_counts_as_one_item() -> None:
    assert rounded(mean_interval([1] * 40, [n // 4 for n in range(40)])) == [1.0, 0.7225, 1.0]


def test_one_graded_score_has_no_interval() -> None:
    assert mean_interval([0.5]) == Interval(0.5, None, None)


def test_the_bootstrap_resamples_clusters_and_repeats_with_its_seed() -> None:
    drawn = cluster_bootstrap(VALUES, PAIRS, seed=1)
    assert rounded(drawn) == [0.625, 0.25, 1.0]
    assert drawn == cluster_bootstrap(VALUES, PAIRS, seed=1)
    assert cluster_bootstrap([1.0], [0]) == Interval(1.0, None, None)


# --- pairs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("fixed", "broken", "p"), [(15, 6, 0.0784), (6, 15, 0.0784), (0, 0, 1.0), (0, 10, 0.002)])
def test_mcnemar_is_exact(fixed: int, broken: int, p: float) -> None:
    assert round(mcnemar(fixed, broken), 4) == p


def test_few_pairs_are_permuted_exactly() -> None:
    assert permutation_test([0, 0, 1, 1, 0], [1, 1, 1, 1, 1]) == 0.25
    assert permutation_test([0.5, 0.5], [0.5, 0.5]) == 1.0


def test_many_pairs_are_permuted_by_seed() -> None:
    before, after = [0] * 15 + [1] * 6 + [1] * 50, [1] * 15 + [0] * 6 + [1] * 50
    assert permutation_test(before, after) == permutation_test(before, after)
    assert abs(permutation_test(before, after) - mcnemar(15, 6)) < 0.01


def test_a_difference_has_a_width_even_where_nobody_disagrees() -> None:
    assert rounded(difference([1, 1, 0, 0], [1, 1, 0, 0])) == [0.0, -0.3267, 0.3267]
    assert rounded(difference([0] * 15 + [1] * 85, [1] * 15 + [0] * 6 + [1] * 79)) == [0.09, -0.0003, 0.1767]


def test_a_difference_of_clusters_or_of_graded_scores_is_students() -> None:
    assert rounded(difference([0.1, 0.2, 0.3], [0.4, 0.4, 0.4])) == [0.2, -0.0484, 0.4484]
    assert rounded(difference(VALUES, [1] * 8, PAIRS)) == [0.375, -0.3867, 1.1367]


def test_scores_that_are_no_pairs_are_an_error() -> None:
    with pytest.raises(
        BadData, match=r"^paired scores: 1 before and 2 after\. Both need one score for each question\.$"
    ):
        difference([1.0], [1.0, 0.0])


def test_holm_adjusts_in_order_and_never_downwards() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == {"a": 0.03, "b": 0.06, "c": 0.06}
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1.0, "b": 1.0}


# --- collaboration ---------------------------------------------------------------------------


def test_fixed_and_broken_are_shares_of_what_could_be() -> None:
    best, together = [0, 0, 0, 0, 1, 1], [1, 0, 0, 0, 1, 0]
    assert rounded(fix_rate(best, together)) == [0.25, 0.0456, 0.6994]
    assert rounded(break_rate(best, together)) == [0.5, 0.0945, 0.9055]
    assert fix_rate([1, 1], [1, 1]) == Interval(None, None, None)


def test_the_oracle_takes_the_best_model_for_each_question() -> None:
    assert oracle({"a": [1, 0, 0], "b": [0, 0.5, 0]}) == [1, 0.5, 0]


def test_emergence_is_over_questions_that_all_got_wrong() -> None:
    singles = {"a": [0] * 57 + [1] * 43, "b": [0] * 57 + [0] * 43}
    assert rounded(emergence(singles, [1] * 9 + [0] * 48 + [1] * 43)) == [0.1579, 0.0854, 0.2736]


def test_models_with_different_numbers_of_scores_are_an_error() -> None:
    with pytest.raises(
        BadData, match=r"^scores of single models: a has 1, b has 2\. All need one score for each question\.$"
    ):
        oracle({"a": [1], "b": [1, 0]})


@pytest.mark.parametrize(("k", "chance"), [(1, 0.3), (5, 0.9167), (8, 1.0)])
def test_pass_at_k_is_unbiased(k: int, chance: float) -> None:
    assert round(pass_at_k(10, 3, k), 4) == chance
