"""What a search can be narrowed by, from subject to shelf, each with how many titles it leaves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from library.catalogue.search import GONE
from library.models import Copy, Title
from library.rules.languages import name_of

SHOWN = 8  # values of one facet
MOST_READ = 3000  # titles whose subjects are counted
SORTS = {
    "": (_("Title"), ("sort_title", "pk")),
    "author": (_("Author"), ("authors", "sort_title", "pk")),
    "new": (_("Newest first"), ("-year", "sort_title", "pk")),
}


@dataclass(frozen=True)
class Narrowing:
    """What was chosen; empty where nothing was."""

    subject: str = ""
    language: str = ""
    decade: str = ""  # 1990 for 1990 to 1999
    branch: str = ""  # its code
    shelf: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True)
class FacetValue:
    value: str
    label: str
    count: int


def narrowed(found: QuerySet[Title], by: Narrowing) -> QuerySet[Title]:
    if by.subject:
        found = found.filter(_with_subject(by.subject))
    if by.language:
        found = found.filter(language=by.language)
    if by.decade.isdecimal() and len(by.decade) <= 4:
        found = found.filter(year__gte=int(by.decade), year__lt=int(by.decade) + 10)
    if by.branch or by.shelf:
        found = found.filter(Exists(_copies_there(by).filter(title=OuterRef("pk"))))
    return found


def _copies_there(by: Narrowing) -> QuerySet[Copy]:
    """One copy must be in the branch and on the shelf: a shelf A stands in every house."""
    there = Copy.objects.exclude(status__in=GONE)
    if by.branch:
        there = there.filter(branch__code__iexact=by.branch)
    return there.filter(location=by.shelf) if by.shelf else there


def _with_subject(subject: str) -> Q:
    """A whole line of the field."""
    return (
        Q(subjects=subject)
        | Q(subjects__startswith=f"{subject}\n")
        | Q(subjects__endswith=f"\n{subject}")
        | Q(subjects__contains=f"\n{subject}\n")
    )


def in_order(found: QuerySet[Title], sort: str) -> QuerySet[Title]:
    return found.order_by(*SORTS.get(sort, SORTS[""])[1])


def facets(found: QuerySet[Title]) -> dict[str, list[FacetValue]]:
    """The most frequent values of each, by the names of Narrowing. In five queries, however many titles there are."""
    found = found.order_by()
    return {
        "subject": _most(Counter(line for text in _subjects(found) for line in set(text.splitlines()) if line)),
        "language": [
            FacetValue(one.value, name_of(one.value), one.count)
            for one in _most(Counter(dict(found.exclude(language="").values_list("language").annotate(Count("pk")))))
        ],
        "decade": _decades(found),
        "branch": _branches(found),
        "shelf": _most(Counter(dict(_shelves(found)))),
    }


def _subjects(found: QuerySet[Title]) -> list[str]:
    return list(found.exclude(subjects="").values_list("subjects", flat=True)[:MOST_READ])


def _branches(found: QuerySet[Title]) -> list[FacetValue]:
    here = Copy.objects.filter(title__in=found.values("pk"), branch__isnull=False).exclude(status__in=GONE)
    counted = here.order_by().values_list("branch__code", "branch__name").annotate(Count("title", distinct=True))
    rows = sorted(counted, key=lambda row: (-row[2], row[1]))[:SHOWN]
    return [FacetValue(code, name, count) for code, name, count in rows]


def _shelves(found: QuerySet[Title]) -> QuerySet[Copy, tuple[str, int]]:
    here = Copy.objects.filter(title__in=found.values("pk")).exclude(status__in=GONE).exclude(location="")
    return here.order_by().values_list("location").annotate(Count("title", distinct=True))


def _decades(found: QuerySet[Title]) -> list[FacetValue]:
    years: Counter[int] = Counter()
    for year, count in found.exclude(year=None).values_list("year").annotate(Count("pk")):
        years[year // 10 * 10] += count
    newest = sorted(years.items(), reverse=True)[:SHOWN]
    return [FacetValue(str(start), f"{start}–{start + 9}", count) for start, count in newest]


def _most(counted: Counter[str]) -> list[FacetValue]:
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:SHOWN]
    return [FacetValue(value, value, count) for value, count in ordered]
