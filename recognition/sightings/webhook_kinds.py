"""What other systems can be told of what stations see. Numbers and signs; never a picture or a vector."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.webhooks.kinds import EventKind

SUSPICION = EventKind(
    code="liveness.suspicion",
    label=_("Possible picture at a station"),
    meaning=_("A station saw signs of a picture instead of a person. No one is named."),
    example={
        "id": 4711,
        "barcode": None,
        "title": None,
        "due_at": None,
        "station": "room-1",
        "detail": {
            "kind": "picture",
            "times": 1,
            "life": {"state": "picture", "score": 0.05, "cues": {"edges": 0.9, "network": 0.05}, "since": 1.2},
            "quality": {"score": 0.9},
            "track": 7,
        },
    },
    about_a_person=False,
    flat=True,
)
_SEEN = {"id": 4711, "station": "front-door", "purpose": "reception"}

RECOGNISED = EventKind(
    code="sighting.recognised",
    label=_("Recognised at a station"),
    meaning=_("A station recognised someone, by face, card or PIN."),
    example={**_SEEN, "by": "face", "liveness": "passive", "life": 0.97},
)
UNKNOWN = EventKind(
    code="sighting.unknown",
    label=_("Not recognised at a station"),
    meaning=_("A station saw a face it does not recognise."),
    example={**_SEEN, "by": "face", "liveness": "passive", "life": 0.91},
    about_a_person=False,
)
DENIED = EventKind(
    code="sighting.denied",
    label=_("Not this person"),
    meaning=_("Someone reported that a station gave the wrong name. The person is the one who was named."),
    example={**_SEEN, "source": "kiosk"},
)
_OUTAGE = {"id": 17, "station": "front-door", "purpose": "reception", "began_at": "2026-03-02T10:15:00+01:00"}
STATION_OFFLINE = EventKind(
    code="station.offline",
    label=_("Station offline"),
    meaning=_("A station has gone offline during its opening hours. Sent once for each outage."),
    example={**_OUTAGE, "ended_at": None},
    about_a_person=False,
)
STATION_ONLINE = EventKind(
    code="station.online",
    label=_("Station back online"),
    meaning=_("A station that was reported offline is back."),
    example={**_OUTAGE, "ended_at": "2026-03-02T10:40:00+01:00"},
    about_a_person=False,
)
KINDS = [RECOGNISED, UNKNOWN, DENIED, SUSPICION, STATION_OFFLINE, STATION_ONLINE]
