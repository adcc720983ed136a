"""How many e-mails lie in each state, asked of the database when somebody reads /metrics."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from accounts.mail.alerts import by_state
from accounts.models import OutgoingMail


class OutboxCollector(Collector):
    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Without a look at the database: this is asked at the start."""
        return [_family()]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        counts, family = by_state(), _family()
        for state in OutgoingMail.State.values:
            family.add_metric([state], counts.get(state, 0))
        return [family]


def _family() -> GaugeMetricFamily:
    return GaugeMetricFamily("ostiary_mails", "E-mails in the outbox, by state.", labels=["state"])


def register() -> None:
    REGISTRY.register(OutboxCollector())
