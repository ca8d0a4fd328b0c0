"""A finished run as OpenTelemetry spans, by the semantic conventions for generative AI.

Each question is a trace: a span of the team (`invoke_workflow`), below it one a call (`chat`), each under the call
whose reply it follows from. A call's span lasts from the delivery of what was asked to the delivery of the reply. Texts
are attributes only where they are asked for: they may be private.
"""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...agents.errors import MissingCapability
from ...evaluators.sample import Sample
from .recorded import Call, Recorded

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext

SYSTEM: Final = "symposia"
FINISH: Final = {"eos": "stop", "stop_string": "stop", "length": "length", "refused": "content_filter"}


def write_spans(run: Recorded, out: Path, *, texts: bool = False) -> str:
    """Write spans as JSON lines, one span a line; returns a line that says how many. Raises `MissingCapability`."""
    try:
        count = 0
        with out.open("w", encoding="utf-8") as file:
            for span in spans(run, texts=texts):
                file.write(json.dumps(json.loads(span.to_json())) + "\n")
                count += 1
    except ImportError:
        out.unlink(missing_ok=True)
        raise MissingCapability(
            "opentelemetry-sdk is not installed. pip install 'symposia[otel]' installs it."
        ) from None
    return f"{count} spans of {len(run.samples)} questions."


def spans(run: Recorded, *, texts: bool = False) -> "Iterator[ReadableSpan]":
    """The spans of a run, question by question; ids are hashes, so that two exports are the same."""
    for place, (sample, calls) in enumerate(run.asked):
        root = context(run, f"question {place}", place)
        yield workflow(run, sample, calls, root)
        by_reply = {call.replied.seq: call for call in calls}
        for call in calls:
            above = by_reply.get(call.asked.cause if call.asked.cause is not None else -1)
            parent = root if above is None else context(run, f"call {above.asked.seq}", place)
            yield chat(run, call, context(run, f"call {call.asked.seq}", place), parent, texts=texts)


def workflow(run: Recorded, sample: Sample, calls: Sequence[Call], own: "SpanContext") -> "ReadableSpan":
    """The span of a question."""
    said: dict[str, Any] = {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.workflow.name": run.report.protocol,
        "gen_ai.usage.input_tokens": sample.usage.prompt_tokens,
        "gen_ai.usage.output_tokens": sample.usage.completion_tokens,
        "symposia.question.id": sample.id,
        "symposia.stop": sample.stop,
        "symposia.calls": sample.usage.calls,
    }
    if sample.score is not None:
        said["symposia.score"] = sample.score
    elif sample.why is not None:
        said["symposia.unscored"] = sample.why
    begins = min((call.asked.seconds for call in calls), default=0.0)
    ends = max((call.replied.seconds for call in calls), default=begins)
    return made(run, f"invoke_workflow {run.report.protocol}", own, None, said, (begins, ends))


def chat(run: Recorded, call: Call, own: "SpanContext", parent: "SpanContext", *, texts: bool) -> "ReadableSpan":
    """The span of a call."""
    usage, asked = call.usage, call.sampling
    said: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": SYSTEM,
        "gen_ai.agent.name": call.agent,
        "gen_ai.request.model": models(run).get(call.agent, call.agent),
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
        "symposia.event": call.asked.seq,
        "symposia.sender": call.asked.sender,
    }
    if call.finish is not None:
        said["gen_ai.response.finish_reasons"] = (FINISH.get(call.finish, call.finish),)
    if asked is not None:
        said |= {
            "gen_ai.request.temperature": asked.temperature,
            "gen_ai.request.top_p": asked.top_p,
            "gen_ai.request.max_tokens": asked.max_tokens,
            "gen_ai.request.seed": asked.seed,
        }
    if texts:
        told = [{"role": turn.role, "parts": [{"type": "text", "content": turn.text}]} for turn in call.turns]
        reply = [{"role": "assistant", "parts": [{"type": "text", "content": call.text}]}]
        said |= {"gen_ai.input.messages": json.dumps(told), "gen_ai.output.messages": json.dumps(reply)}
    return made(run, f"chat {call.agent}", own, parent, said, (call.asked.seconds, call.replied.seconds))


def models(run: Recorded) -> dict[str, str]:
    """The model of each agent, by its URL."""
    return {one.name: one.model for one in run.plan.scenario.team if isinstance(one.model, str)}


def context(run: Recorded, what: str, place: int) -> "SpanContext":
    """The ids of a span: hashes of the run, the question and what it is of."""
    from opentelemetry.trace import SpanContext, TraceFlags

    whole = sha256(f"{run.directory.name}/{run.began}/{place}".encode()).digest()
    part = sha256(f"{run.directory.name}/{run.began}/{place}/{what}".encode()).digest()
    return SpanContext(int.from_bytes(whole[:16]), int.from_bytes(part[:8]), False, TraceFlags(TraceFlags.SAMPLED))


def made(  # noqa: PLR0913 - a span's properties
    run: Recorded,
    name: str,
    own: "SpanContext",
    parent: "SpanContext | None",
    said: dict[str, Any],
    lasted: tuple[float, float],
) -> "ReadableSpan":
    """A span that is over."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanKind

    begins, ends = (int((run.began + seconds) * 1e9) for seconds in lasted)
    return ReadableSpan(
        name,
        context=own,
        parent=parent,
        resource=Resource({"service.name": SYSTEM, "service.version": run.report.versions.get("symposia", "")}),
        attributes=said,
        kind=SpanKind.INTERNAL if parent is None else SpanKind.CLIENT,
        start_time=begins,
        end_time=ends,
    )
