"""JSON for `dumpdata`, with the microseconds that Django's own cuts off (settings.SERIALIZATION_MODULES).

The access log is bound together by hashes over its times: an entry that came back a little rounded would look changed.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.serializers import json
from django.core.serializers.json import Deserializer

__all__ = ["Deserializer", "Serializer"]


class ExactEncoder(json.DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime.datetime | datetime.time) else super().default(o)


class Serializer(json.Serializer):
    def _init_options(self) -> None:
        self.options.setdefault("cls", ExactEncoder)
        super()._init_options()  # type: ignore[misc]  # the stubs do not know it
