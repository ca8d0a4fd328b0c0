"""The metrics."""

import pytest
from symposia.agents.errors import UnknownName
from symposia.agents.registry import METRICS, names
from symposia.evaluators import metric
from symposia.evaluators.metric import Estimate
from symposia.evaluators.metrics import accuracy, cluster_accuracy, cost
from symposia.evaluators.sample import Sample
from symposia.tests.support.samples import rounded, sample


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


@pytest.mark.parametrize("name", names(METRICS))
def test_every_file_among_the_metrics_measures(name: str) -> None:
    assert isinstance(metric.find(name).measure([sample(1.0), sample(0.0)]), Estimate)


def test_an_unknown_metric_is_named_with_the_near_miss() -> None:
    with pytest.raises(UnknownName, match=r"^no metric named 'acuracy'\. Did you mean 'accuracy'\?"):
        metric.find("acuracy")
