"""Checks of the part of a scenario that says how training data is built."""

from pathlib import Path
from typing import Final

from ...agents.errors import BadScenario, Twice, UnknownName
from ...evaluators import grading
from ...evaluators.multiturn.amount import UNITS, Amount
from ...evaluators.multiturn.metrics import AMOUNT, TASK, Metric
from .option_values import checked_options, options_of
from .schema import Scenario
from .yaml_files import parse

SIMULATES: Final = "text/user_loop"


def checked_building(scenario: Scenario, where: str, folder: Path) -> None:
    """Check the metrics that data is built by. Raises `BadScenario`, `Twice`, `UnknownName`."""
    build = scenario.build
    if build is None:
        return
    if scenario.protocol.use != SIMULATES:
        raise BadScenario(f"{where}: build: follows {scenario.protocol.use}. Data is built by {SIMULATES}.")
    names = [metric.named for metric in build.metrics]
    if len(set(names)) < len(names):
        raise Twice("metric", names, where=f"{where}: build.metrics")
    for number, metric in enumerate(build.metrics):
        check_metric(metric, f"{where}: build.metrics.{number}", folder)


def check_metric(metric: Metric, where: str, folder: Path) -> None:
    """Check the name and the options of a metric."""
    if metric.use == AMOUNT:
        unit = parse(Amount, dict(metric.options), where=f"{where}.options").count
        if ":" not in unit and unit not in UNITS:
            raise UnknownName("unit", unit, UNITS, where=f"{where}.options")
    elif metric.use == TASK:
        if metric.options:
            raise BadScenario(f"{where}.options: the task's own grading takes none. Leave them out.")
    else:
        module = grading.find(metric.use, where=where, folder=folder)
        checked_options(
            options_of(module.grade), dict(metric.options), kind=f"option of {metric.use}", where=f"{where}.options"
        )


def building_asks(scenario: Scenario, folder: Path) -> bool:
    """True if a metric that data is built by asks judges."""
    metrics = scenario.build.metrics if scenario.build else ()
    return any(
        metric.extract
        or (metric.use not in (AMOUNT, TASK) and grading.needs_judges(grading.find(metric.use, folder=folder)))
        for metric in metrics
    )
