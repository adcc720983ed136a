"""What Prometheus hears of the jobs, asked of the database when someone reads /metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

from config.ops.jobs.status import JobStatus, statuses


def _last_success(status: JobStatus) -> float:
    at = status.row.succeeded_at
    return at.timestamp() if at else 0.0


def _lag(status: JobStatus) -> float:
    return max(status.row.late_seconds, status.overdue.total_seconds())


FAMILIES: list[tuple[type[Metric], str, str, Callable[[JobStatus], float]]] = [
    (GaugeMetricFamily, "last_success_timestamp_seconds", "When it last succeeded; 0: never.", _last_success),
    (GaugeMetricFamily, "duration_seconds", "How long its last run took.", lambda it: it.row.seconds),
    (GaugeMetricFamily, "lag_seconds", "How late it began, or how long it has been due.", _lag),
    (GaugeMetricFamily, "failures_in_a_row", "Failures since it last succeeded.", lambda it: it.row.failures_in_a_row),
    (GaugeMetricFamily, "stuck", "Runs that were given up and have not ended.", lambda it: it.row.stuck),
    (CounterMetricFamily, "runs", "Runs that have ended, failures among them.", lambda it: it.row.runs),
    (CounterMetricFamily, "failures", "Runs that failed or timed out.", lambda it: it.row.failures),
]


class JobsCollector(Collector):
    def describe(self) -> Iterable[Metric]:
        """Without a look at the database: this is asked at the start."""
        return [_family(kind, name, words) for kind, name, words, _value in FAMILIES]

    def collect(self) -> Iterable[Metric]:
        found = statuses()
        for kind, name, words, value in FAMILIES:
            family = _family(kind, name, words)
            for status in found:
                family.add_metric([status.job.name], value(status))
            yield family


def _family(kind: type[Metric], name: str, words: str) -> GaugeMetricFamily | CounterMetricFamily:
    make: Callable[..., GaugeMetricFamily | CounterMetricFamily] = kind  # type: ignore[assignment]
    return make(f"ostiary_job_{name}", words, labels=["job"])


def register() -> None:
    REGISTRY.register(JobsCollector())
