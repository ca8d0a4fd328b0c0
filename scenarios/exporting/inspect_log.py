"""A finished run as a log of inspect_ai, `.eval`, which its viewer and its data frames read."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...agents.accounting import Usage
from ...agents.errors import MissingCapability
from ...evaluators.sample import Sample
from .recorded import Call, Recorded

if TYPE_CHECKING:
    from inspect_ai.event import Event, ModelEvent
    from inspect_ai.log import EvalLog, EvalSample
    from inspect_ai.model import ChatMessage, ModelUsage

SCORER: Final = "symposia"
STOPS: Final = {"length": "max_tokens", "refused": "content_filter", "tool_calls": "tool_calls"}
"""Why a reply ended, in inspect's words; everything else is `stop`."""


def write_inspect(run: Recorded, out: Path) -> str:
    """Write a run as a log; returns a line that says what it holds. Raises `MissingCapability` without inspect_ai."""
    try:
        from inspect_ai.log import write_eval_log
    except ImportError:
        raise MissingCapability("inspect_ai is not installed. pip install 'symposia[inspect]' installs it.") from None
    write_eval_log(as_log(run), str(out), format="eval")
    return f"{len(run.samples)} samples. To see them: inspect view start --log-dir {out.parent}"


def as_log(run: Recorded) -> "EvalLog":
    """A run as inspect's log: a sample each, its transcript the calls of all agents, and the report's metrics."""
    from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalPlan, EvalPlanStep, EvalSpec, EvalStats

    scenario, report = run.plan.scenario, run.report
    seen: Counter[str] = Counter()
    samples = []
    for sample, calls in run.asked:
        seen[sample.id] += 1
        samples.append(as_sample(run, sample, calls, epoch=seen[sample.id]))
    members = [str(member.model) if isinstance(member.model, str) else "team" for member in scenario.team]
    return EvalLog(
        status="success",
        eval=EvalSpec(
            created=at(run.began),
            task=report.scenario.removesuffix(".yaml"),
            dataset=EvalDataset(name=report.task, samples=len(samples), sample_ids=[one.id for one in samples]),
            model=f"symposia/{report.protocol}",
            model_args={"team": {one.name: model for one, model in zip(scenario.team, members, strict=True)}},
            config=EvalConfig(epochs=scenario.task.rollouts),
            packages=dict(report.versions),
            metadata={"seed": report.seed, "scenario": scenario.model_dump(mode="json")},
        ),
        plan=EvalPlan(steps=[EvalPlanStep(solver=report.protocol, params=dict(scenario.protocol.options))]),
        results=results(run),
        stats=EvalStats(
            started_at=at(run.began),
            completed_at=at(
                run.began + max((call.replied.seconds for calls in run.calls.values() for call in calls), default=0.0)
            ),
            model_usage=usage_by_agent([call for _, calls in run.asked for call in calls]),
        ),
        samples=samples,
    )


def results(run: Recorded) -> Any:  # noqa: ANN401 - inspect's
    """The metrics of the protocol, with the ends of their intervals."""
    from inspect_ai.log import EvalMetric, EvalResults, EvalScore

    metrics: dict[str, Any] = {}
    scored = unscored = 0
    for row in run.report.rows:
        if row.kind == "protocol" and row.value is not None:
            scored, unscored = row.scored, row.unscored
            for name, value in (("", row.value), ("_low", row.low), ("_high", row.high)):
                if value is not None:
                    metrics[f"{row.metric}{name}"] = EvalMetric(name=f"{row.metric}{name}", value=value)
    score = EvalScore(name=SCORER, scorer=SCORER, scored_samples=scored, unscored_samples=unscored, metrics=metrics)
    return EvalResults(total_samples=len(run.samples), completed_samples=scored + unscored, scores=[score])


def as_sample(run: Recorded, sample: Sample, calls: Sequence[Call], *, epoch: int) -> "EvalSample":
    """One question: what was asked, the reply, its score or why there is none, and the calls of all agents.

    An unscored one has the value NaN, which inspect leaves out of its metrics.
    """
    from inspect_ai.log import EvalSample
    from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, ModelOutput
    from inspect_ai.scorer import Score

    about = {"stop": sample.stop, "group": sample.group, "verdict": sample.verdict, "parts": dict(sample.parts)}
    score = Score(
        value=float("nan") if sample.score is None else sample.score,
        answer=sample.parsed,
        explanation=sample.why or sample.verdict,
        metadata={name: value for name, value in about.items() if value},
    )
    output = ModelOutput.from_content(f"symposia/{run.report.protocol}", sample.output)
    output.usage = as_usage(sample.usage)
    seconds = [call.replied.seconds for call in calls] or [0.0]
    return EvalSample(
        id=sample.id,
        epoch=epoch,
        input=sample.question,
        target=target(sample.gold),
        messages=[ChatMessageUser(content=sample.question), ChatMessageAssistant(content=sample.output)],
        output=output,
        scores={SCORER: score},
        metadata={"question": calls[0].asked.question if calls else ""},
        events=transcript(run, calls),
        model_usage=usage_by_agent(calls),
        started_at=at(run.began + min((call.asked.seconds for call in calls), default=0.0)),
        completed_at=at(run.began + max(seconds)),
        total_time=sample.seconds,
        working_time=sample.seconds,
    )


def transcript(run: Recorded, calls: Sequence[Call]) -> "list[Event]":
    """The calls as model events, one a call, in the order of their replies."""
    return [as_event(run, call) for call in calls if call.turns]


def as_event(run: Recorded, call: Call) -> "ModelEvent":
    """One call: what the agent's model was shown, and what it wrote."""
    from inspect_ai.event import ModelEvent
    from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, GenerateConfig, ModelOutput

    asked = call.sampling
    config = GenerateConfig() if asked is None else GenerateConfig(
        temperature=asked.temperature, top_p=asked.top_p, top_k=asked.top_k, max_tokens=asked.max_tokens,
        stop_seqs=list(asked.stop) or None,
    )  # fmt: skip
    reply = ChatMessageAssistant(content=call.text, model=call.agent)
    choice = ChatCompletionChoice(message=reply, stop_reason=STOPS.get(call.finish or "", "stop"))  # type: ignore[arg-type]
    output = ModelOutput(model=call.agent, choices=[choice], usage=as_usage(call.usage))
    return ModelEvent(
        timestamp=datetime.fromtimestamp(run.began + call.asked.seconds, UTC),
        completed=datetime.fromtimestamp(run.began + call.replied.seconds, UTC),
        working_start=call.asked.seconds,
        working_time=call.replied.seconds - call.asked.seconds,
        model=call.agent,
        role=call.agent,
        input=[as_message(turn.role, turn.text) for turn in call.turns],
        tools=[],
        tool_choice="none",
        config=config,
        output=output,
        metadata={"event": call.asked.seq, "question": call.asked.question, "sender": call.asked.sender},
    )


def as_message(role: str, text: str) -> "ChatMessage":
    """A turn of a conversation; a tool's result is shown as what a user says."""
    from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageUser

    kinds: dict[str, Any] = {"system": ChatMessageSystem, "assistant": ChatMessageAssistant}
    made: ChatMessage = kinds.get(role, ChatMessageUser)(content=text)
    return made


def as_usage(usage: Usage) -> "ModelUsage":
    """Tokens, as inspect counts them."""
    from inspect_ai.model import ModelUsage

    total = usage.prompt_tokens + usage.completion_tokens
    return ModelUsage(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens,
        total_tokens=total,
        total_cost=usage.cost,
    )


def usage_by_agent(calls: Sequence[Call]) -> "dict[str, ModelUsage]":
    """The tokens of each agent."""
    found: dict[str, Usage] = {}
    for call in calls:
        found[call.agent] = found.get(call.agent, Usage()) + call.usage
    return {name: as_usage(usage) for name, usage in found.items()}


def target(gold: object) -> str | list[str]:
    """A right answer, or several, as text."""
    if isinstance(gold, list | tuple):
        return [str(one) for one in gold]
    return "" if gold is None else str(gold)


def at(seconds: float) -> str:
    """A time in seconds since 1970 as ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
