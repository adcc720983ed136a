"""How many rows of each outbox lie in each state, asked of the database when someone reads /metrics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from config.delivery.outbox import Outbox


@dataclass(eq=False)
class OutboxCollector(Collector):
    name: str
    words: str
    outbox: Outbox[Any]

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Without a look at the database: this is asked at the start."""
        return [self._family()]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        counts, family = self.outbox.counts(), self._family()
        for state, _label in self.outbox.model._meta.get_field("state").choices or ():
            family.add_metric([str(state)], counts.get(str(state), 0))
        return [family]

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(self.name, self.words, labels=["state"])


def register(name: str, words: str, outbox: Outbox[Any]) -> None:
    REGISTRY.register(OutboxCollector(name, words, outbox))
