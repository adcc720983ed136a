"""Tells those who look after a station that it is offline, and that it is back: bell, e-mail, webhook, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts, MailKind, Placeholder
from accounts.mail.outbox import Letter
from accounts.models import User
from accounts.roles import ENROLS_FOR
from accounts.webhooks import outbox as webhooks
from config.live.news import clock
from recognition.models import Station, StationOutage
from recognition.sightings.webhook_kinds import STATION_OFFLINE, STATION_ONLINE

OFFLINE, ONLINE = "recognition.station_offline", "recognition.station_online"
KEEPERS = frozenset(role for role, purposes in ENROLS_FOR.items() if purposes)


def offline(outage: StationOutage) -> None:
    _write(OFFLINE, outage)
    webhooks.emit(STATION_OFFLINE.code, _data(outage))


def online(outage: StationOutage) -> None:
    _write(ONLINE, outage)
    webhooks.emit(STATION_ONLINE.code, _data(outage))


def alerts() -> Iterator[SafeString]:
    """For the first page of the administration (config.ops.registries.alerts): those that someone was told of."""
    rows = StationOutage.objects.filter(open_slot=1, told_at__isnull=False, station__active=True)
    names = [f"{row.station.name} ({_when(row.began_at)})" for row in rows.select_related("station")[:5]]
    if names:
        words = gettext("Offline during opening hours, since: %(stations)s") % {"stations": ", ".join(names)}
        yield format_html('<a href="{}?state=offline">{}</a>', reverse("recognition:stations"), words)


def keepers(station: Station) -> QuerySet[User]:
    """Who sees the faces of its purpose, and can go there."""
    roles = [role for role, purposes in ENROLS_FOR.items() if station.purpose in purposes]
    return User.objects.filter(is_active=True, role__in=roles).order_by("pk")


def _write(kind: str, outage: StationOutage) -> None:
    words, facts = _words(outage), {"outage": outage.pk}
    outbox.enqueue_all(
        kind,
        [Letter(f"{kind}:{outage.pk}:{one.pk}", words, one, facts=dict(facts)) for one in keepers(outage.station)],
    )


def _words(outage: StationOutage) -> dict[str, str]:
    station = outage.station
    return {
        "station": station.name,
        "place": station.place or station.name,
        "since": _when(outage.began_at),
        "until": _when(outage.ended_at) if outage.ended_at else "",
        "link": f"{settings.SITE_URL}{reverse('recognition:stations')}?station={station.slug}",
    }


def _data(outage: StationOutage) -> dict[str, Any]:
    return {
        "id": outage.pk,
        "station": outage.station.slug,
        "purpose": outage.station.purpose,
        "began_at": clock(outage.began_at),
        "ended_at": clock(outage.ended_at) if outage.ended_at else None,
    }


def _when(at: Any) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def still_offline(facts: Facts) -> Context | None:
    """What the e-mail says when it goes out. None when the station is back by then."""
    outage = StationOutage.objects.filter(pk=facts["outage"], open_slot=1).select_related("station").first()
    return _words(outage) if outage else None


# --- the e-mails, and their original texts ----------------------------------------------------------

_PLACES = {
    "station": Placeholder(_("The station"), _("Main entrance")),
    "place": Placeholder(_("Where it is"), _("Ground floor")),
    "since": Placeholder(_("When it was last online"), "2 Mar 2026, 10:15"),
    "link": Placeholder(_("Link to the station"), "https://ostiary.example.org/stations/?station=front-door"),
}
STATION_OFFLINE_MAIL = MailKind(
    code=OFFLINE,
    label=_("A station is offline during its opening hours"),
    wish=_("When a station is offline during its opening hours"),
    subject=_("Station offline: {{ station }}"),
    body=_(
        "Hello,\n\n"
        "the station {{ station }} ({{ place }}) has been offline since {{ since }}. Until it is back, people there "
        "cannot be recognised.\n\n"
        "Please check that the screen or the camera has power and network. Then look at its tile:\n{{ link }}\n\n"
        "You get one e-mail for each outage, and one when the station is back.\n\n{{ site }}"
    ),
    placeholders=_PLACES,
    compose=still_offline,
    roles=KEEPERS,
)
STATION_ONLINE_MAIL = MailKind(
    code=ONLINE,
    label=_("A station is back online"),
    wish=_("When a station that was offline is back"),
    subject=_("Station back online: {{ station }}"),
    body=_(
        "Hello,\n\n"
        "the station {{ station }} ({{ place }}) is online again. It was offline from {{ since }} to {{ until }}.\n\n"
        "{{ link }}\n\n{{ site }}"
    ),
    placeholders=_PLACES | {"until": Placeholder(_("When it was back"), "2 Mar 2026, 10:40")},
    roles=KEEPERS,
)
KINDS = [STATION_OFFLINE_MAIL, STATION_ONLINE_MAIL]
