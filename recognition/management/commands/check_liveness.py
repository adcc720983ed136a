"""Does the person in this film answer a liveness challenge?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.management.printing import print_json
from config.management.refusing import exits_2_when_refused
from recognition.faces.profiles.runtime import get_engine
from recognition.live import liveness_service
from recognition.live.liveness_messages import words_for


class Command(BaseCommand):
    help = "Check a film against a liveness challenge: passed or not and why, with every blink and turn in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("video", type=Path, metavar="VIDEO")
        parser.add_argument(
            "--challenge",
            default="blink,turn_left,turn_right",
            help="The steps in order, separated by commas. Left and right are the person's own.",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        from recognition.liveness.films.film_check import check_film

        liveness_service.require_liveness()
        passive = liveness_service.required_passive()
        actions = tuple(action.strip() for action in options["challenge"].split(","))
        answer = check_film(options["video"], actions, get_engine(), passive).as_dict()
        if options["json"]:
            print_json(self.stdout, answer)
        else:
            self._show(answer)

    def _show(self, answer: dict[str, Any]) -> None:
        why = f": {answer['reason']} ({words_for(answer['reason'])})" if answer["reason"] else ""
        self.stdout.write(f"{'Passed' if answer['passed'] else 'Not passed'}{why}")
        for step in answer["steps"]:
            self.stdout.write(f"  {step['action']}: frame {step['frame']}")
        for first, last in answer["blinks"]:
            self.stdout.write(f"  eyes closed: frames {first} to {last}")
        for turn in answer["turns"]:
            flat = "" if turn["solid"] else ", flat"
            self.stdout.write(f"  {turn['action']}: frame {turn['frame']}, {turn['peak']:+.0f}°{flat}")
        score = "not measured" if answer["passive_score"] is None else f"{answer['passive_score']:.2f}"
        self.stdout.write(f"  yaw {answer['yaw_min']:+.0f}° to {answer['yaw_max']:+.0f}°; passive score {score}")
