"""The catalogues that are asked for a record, as the site names them, and which machines they may be on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.ops.network.networks import is_public
from config.ops.network.relay import Forbidden, Target, numbers_of, target_of

MOST = 10  # records of one answer


@dataclass(frozen=True)
class Source:
    """One catalogue. `index`: what its ISBNs are called there; `schema`: what it calls MARCXML."""

    name: str
    url: str
    index: str = "bath.isbn"
    schema: str = "marcxml"
    version: str = "1.1"

    def address(self, isbn: str) -> str:
        """The whole question, as one address."""
        parts = urlsplit(self.url)
        asked = {
            "version": self.version,
            "operation": "searchRetrieve",
            "query": f"{self.index}={isbn}",
            "recordSchema": self.schema,
            "recordPacking": "xml",
            "maximumRecords": MOST,
        }
        query = "&".join(filter(None, (parts.query, urlencode(asked))))
        return urlunsplit(parts._replace(query=query))


def sources() -> list[Source]:
    """LIBRARY_SRU_SOURCES, in its order."""
    return [_source(name, said) for name, said in settings.LIBRARY_SRU_SOURCES.items()]


def _source(name: str, said: str | Mapping[str, Any]) -> Source:
    """Raises ImproperlyConfigured with the name of the setting."""
    try:
        source = Source(name, said) if isinstance(said, str) else Source(name, **said)
        target_of(source.address("9780000000002"))
    except (TypeError, ValueError) as error:
        words = f"LIBRARY_SRU_SOURCES: {name} needs an http or https url, and at most index, schema and version."
        raise ImproperlyConfigured(words) from error
    return source


def allowed(target: Target) -> list[str]:
    """Public machines, and those of one's own network where the site says so. Raises Forbidden."""
    numbers = numbers_of(target)
    if not settings.LIBRARY_SRU_PRIVATE and not all(is_public(number) for number in numbers):
        raise Forbidden("its address is in a private network")
    return numbers
