"""What an administrator should see to, on the first page of the administration: each app says its own part."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from config.ops.registries.registry import Registry

# Sentences, with a link where there is one (SafeString).
Alerts = Callable[[], Iterable[str]]
ALERTS = Registry[Alerts]("Alerts")
