"""The same as exact_json, one row a line."""

from __future__ import annotations

from django.core.serializers import jsonl
from django.core.serializers.jsonl import Deserializer

from config.ops.databases.exact_json import ExactEncoder

__all__ = ["Deserializer", "Serializer"]


class Serializer(jsonl.Serializer):
    def _init_options(self) -> None:
        self.options.setdefault("cls", ExactEncoder)
        super()._init_options()  # type: ignore[misc]  # the stubs do not know it
