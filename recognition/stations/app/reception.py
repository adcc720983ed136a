"""The first purpose: greet who comes in, and keep a record of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from recognition.stations import rosters
from recognition.stations.app.station_app import RosterRule, StationApp
from recognition.stations.ways import way_counts
from recognition.stations.ways.way_figures import WayFigures


class ReceptionStations(StationApp):
    """Everyone is greeted. The roster rules and the counted ways in are those of all purposes."""

    def rosters(self) -> Mapping[str, RosterRule]:
        return {"everyone": rosters.everyone, "department": rosters.department}

    def way_records(self, days: int) -> Iterable[WayFigures]:
        return way_counts.of_stations(days)
