"""A finished run in an experiment tracker: MLflow or Weights & Biases, where they are installed.

The report's rows become metrics, the scenario becomes parameters, and the run's small files are attached. Where they go
is the tracker's own setting: MLFLOW_TRACKING_URI, WANDB_MODE and so on.
"""

from collections.abc import Mapping
from typing import Any, Final

from ...agents.errors import MissingCapability
from .recorded import Recorded

FILES: Final = ("scenario.yaml", "report.json", "report.md", "samples.jsonl")


def to_mlflow(run: Recorded, experiment: str) -> str:
    """Log a run to an experiment of MLflow's; returns a line that names it. Raises `MissingCapability`."""
    try:
        import mlflow  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise MissingCapability("mlflow is not installed. pip install mlflow installs it.") from None
    mlflow.set_experiment(experiment)
    with mlflow.start_run(run_name=run.directory.name) as begun:
        mlflow.log_params(parameters(run))
        mlflow.log_metrics(metrics(run))
        for name in FILES:
            mlflow.log_artifact(str(run.directory / name))
        return f"MLflow: run {begun.info.run_id} of {experiment}."


def to_wandb(run: Recorded, project: str) -> str:
    """Log a run to a project of Weights & Biases; returns a line that names it. Raises `MissingCapability`."""
    try:
        import wandb  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise MissingCapability("wandb is not installed. pip install wandb installs it.") from None
    with wandb.init(project=project, name=run.directory.name, config=parameters(run)) as begun:
        begun.summary.update(metrics(run))
        artifact = wandb.Artifact(f"run-{begun.id}", type="symposia-run")
        for name in FILES:
            artifact.add_file(str(run.directory / name))
        begun.log_artifact(artifact)
        return f"Weights & Biases: run {begun.id} of {project}."


def parameters(run: Recorded) -> dict[str, Any]:
    """The settings of a run: protocol, task, seed, members, and the protocol's options."""
    scenario = run.plan.scenario
    members = {f"team.{one.name}": one.model if isinstance(one.model, str) else "a team" for one in scenario.team}
    options = {f"options.{name}": str(value) for name, value in scenario.protocol.options.items()}
    told = {"protocol": run.report.protocol, "task": run.report.task, "seed": run.report.seed}
    return {**told, **members, **options}


def metrics(run: Recorded) -> Mapping[str, float]:
    """The report's values and the ends of their intervals, as `single/amber/accuracy_low`."""
    found: dict[str, float] = {}
    for row in run.report.rows:
        name = f"{row.kind}/{row.name}/{row.metric}" if row.kind != "protocol" else row.metric
        for end, value in (("", row.value), ("_low", row.low), ("_high", row.high)):
            if value is not None:
                found["".join(letter if letter.isalnum() or letter in "-_./" else "_" for letter in name + end)] = value
    return found
