"""Finding the host: by at least three letters, and never more than a few at a time. No one gets a list of the staff."""

from __future__ import annotations

from accounts.models import User
from accounts.people.finding import people_like
from config.ops.registries.search_providers import SearchQuery
from visitors.register.rights import hosts

LEAST = 3  # letters
MOST = 5


def hosts_like(typed: str) -> list[User]:
    """Nothing for fewer than three letters, or where more than a few fit: then more letters are needed."""
    query = SearchQuery(typed)
    if sum(letter.isalpha() for letter in query.text) < LEAST:
        return []
    found = people_like(query, hosts(), numbers=False)
    return found if len(found) <= MOST else []


def only_host(typed: str) -> User | None:
    """The one whom the desk meant: by id number, or by a name that fits no one else."""
    exact = hosts().filter(id_number__iexact=typed.strip().replace("\x00", "")).first()
    if exact:
        return exact
    found = hosts_like(typed)
    return found[0] if len(found) == 1 else None
