"""Finding the person to enrol, and seeing who still lacks photos."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from recognition.enrol.pages.access import for_enrolling_staff, staff
from recognition.enrol.photo_warnings import enough_for
from recognition.faces.permissions import purposes_for
from recognition.models import LookTrend
from recognition.sightings import template_age

PAGE = 25


@require_safe
@for_enrolling_staff
def people(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    show, mine = request.GET.get("show"), purposes_for(staff(request))
    lacking, due = show == "lacking", template_age.aged(mine)
    found = _with_counts(_matching(words), mine, lacking=lacking).annotate(due=_due(due))
    if show == "aged":
        found = found.filter(due=True)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "q": words,
        "show": show if show in ("lacking", "aged") else "",
        "enough": _enough(mine),
        "any_due": due.exists(),
    }
    return render(request, "recognition/enrol/people.html", context)


def _due(trends: QuerySet[LookTrend]) -> Exists:
    """Whether the looks of someone have moved away from their photos, for one of these purposes."""
    return Exists(trends.filter(person=OuterRef("pk")))


def _enough(purposes: frozenset[str]) -> int:
    """Where someone enrols for several purposes, the least of them: the person's own page says which lacks photos."""
    return min(map(enough_for, purposes))


def _matching(words: str) -> QuerySet[User]:
    found = User.objects.filter(is_active=True)
    for word in words.split()[:5]:
        found = found.filter(
            Q(id_number__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        )
    return found


def _with_counts(found: QuerySet[User], purposes: frozenset[str], *, lacking: bool) -> QuerySet[User]:
    """How many photos each has, and to how many purposes each agreed; `lacking`: only who agreed and has too few."""
    counted = found.order_by("last_name", "first_name", "id_number").annotate(
        photos=Count("face_samples", filter=Q(face_samples__uses__purpose__in=purposes), distinct=True),
        agreed=Count("consents", filter=Q(consents__standing=True, consents__purpose__in=purposes), distinct=True),
    )
    return counted.filter(agreed__gt=0, photos__lt=_enough(purposes)) if lacking else counted
