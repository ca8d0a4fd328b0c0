"""What a server counts, in Prometheus's form; each server has a registry of its own."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from ...agents.accounting import Usage
from .gate import Gate

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """Requests by endpoint and status, those at work and waiting, tokens by model and kind, and seconds.

    >>> metrics = Metrics(Gate(concurrency=2, queue=8))
    >>> metrics.ended("chat", 200, 0.02)
    >>> 'symposia_requests_total{endpoint="chat",status="200"} 1.0' in metrics.page().decode()
    True
    """

    def __init__(self, gate: Gate) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self._requests = Counter("symposia_requests", "Requests that ended.", ("endpoint", "status"), registry=own)
        self._tokens = Counter("symposia_tokens", "Tokens of all calls.", ("model", "kind"), registry=own)
        self._calls = Counter("symposia_model_calls", "Calls of models.", ("model",), registry=own)
        self._seconds = Histogram(
            "symposia_request_seconds", "Seconds of a request.", ("endpoint",), buckets=BUCKETS, registry=own
        )
        Gauge("symposia_in_flight", "Requests at work.", registry=own).set_function(lambda: gate.running)
        Gauge("symposia_queued", "Requests that wait.", registry=own).set_function(lambda: gate.waiting)

    def ended(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a request; status 499 is that of a client that left."""
        self._requests.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def spent(self, model: str, usage: Usage) -> None:
        """Count what an answer cost."""
        self._tokens.labels(model, "prompt").inc(usage.prompt_tokens)
        self._tokens.labels(model, "completion").inc(usage.completion_tokens)
        self._calls.labels(model).inc(usage.calls)

    def page(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)
