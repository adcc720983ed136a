"""Who comes in to the library's pages."""

from __future__ import annotations

from config.web.guards import done_or_said, only
from config.web.guards import signed_in as for_readers
from library.rules.visibility import keeps_library

__all__ = ["done_or_said", "for_librarians", "for_readers"]

for_librarians = only(keeps_library)
