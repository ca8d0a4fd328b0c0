"""An exporter of spans that keeps them, as autogen-core's tests use it."""

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult


class MyTestExporter(SpanExporter):
    """Keeps every span."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans.extend(spans)
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None: ...

    def clear(self) -> None:
        self.spans.clear()

    def get_exported_spans(self) -> list[ReadableSpan]:
        return self.spans


def get_test_tracer_provider(exporter: SpanExporter) -> TracerProvider:
    """A provider of tracers that write to the exporter."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider
