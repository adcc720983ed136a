"""Obtain, verify and build the models of a profile."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from config.errors import Refused
from config.management.printing import print_json, table
from config.management.refusing import exits_2_when_refused
from recognition import outdated
from recognition.engine.manifest import DETECTOR_FILES, ModelFile, files_of, spec_of
from recognition.engine.store import ModelStore, Status, allow_licences


class Command(BaseCommand):
    help = "Obtain, verify and build the models of a recognition profile, and show what is ready."
    requires_system_checks = ()  # one of them says to run this command

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--profile", default=settings.RECOGNITION_PROFILE)
        parser.add_argument(
            "--detector",
            default=settings.RECOGNITION_DETECTOR or None,
            help="Make this detector ready instead of the profile's own: mmod, yunet, haar or hog. "
            "Default: RECOGNITION_DETECTOR.",
        )
        parser.add_argument("--mirror", type=Path, help="Take the files from this folder instead of the internet.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        if options["mirror"] and not options["mirror"].is_dir():
            raise Refused("no_folder", f"{options['mirror']} is not a folder.")
        _require_detector(options["detector"])
        spec = spec_of(options["profile"], settings.MODELS_DIR)
        allow_licences(spec, allow_noncommercial=settings.ALLOW_NONCOMMERCIAL_MODELS)
        if spec.embedder == "deepface":
            _require_deepface_model(spec.profile.model)
        store = ModelStore(settings.MODELS_DIR)
        results = []
        for file in files_of(spec, options["detector"]):
            if options["verbosity"]:
                self._say(options, f"{file.name}: {file.licence}; trained on {file.trained_on}.")
            results.append(_obtained(store, file, options["mirror"]))
        advice = outdated.advice_if_known(options["profile"])
        self._report(options, results, advice)
        _complain(results)
        if advice:
            self._say(options, _with_setting(options["profile"], advice))

    def _say(self, options: dict[str, Any], line: str) -> None:
        if not options["json"]:
            self.stderr.write(line, str)  # plain: on a terminal Django makes it red, and nothing is wrong

    def _report(self, options: dict[str, Any], results: list[Status], advice: str) -> None:
        if options["json"]:
            files = [_as_json(status) for status in results]
            print_json(self.stdout, {"profile": options["profile"], "files": files, "advice": advice})
            return
        if not options["verbosity"]:
            return
        rows = [("file", "state", "licence", "commercial use", "source")]
        rows += [
            (s.file.name, _state(s), s.file.licence.split(" ")[0], _commercial(s.file), _origin(s.file))
            for s in results
        ]
        for line in table(rows):
            self.stdout.write(line)


def _with_setting(profile: str, advice: str) -> str:
    """`reembed` follows the setting: made ready is not yet in use."""
    if profile == settings.RECOGNITION_PROFILE:
        return advice
    return f"To use it, set RECOGNITION_PROFILE={profile}. {advice}"


def _require_detector(name: str | None) -> None:
    if name is not None and name not in DETECTOR_FILES and not name.startswith("deepface:"):  # that one fetches its own
        raise Refused("unknown_detector", f"There is no face detector '{name}': use {', '.join(DETECTOR_FILES)}.")


def _require_deepface_model(name: str) -> None:
    """DeepFace fetches its weights itself at first use; here only whether it has heard of the name."""
    from recognition.engine.deepface_models import model_names  # imports DeepFace: slow, and seldom wanted

    if name not in model_names():
        raise Refused("unknown_profile", f"DeepFace has no model '{name}': use {', '.join(model_names())}.")


def _obtained(store: ModelStore, file: ModelFile, mirror: Path | None) -> Status:
    with tqdm(total=file.size or None, unit="B", unit_scale=True, desc=file.name, leave=False, disable=None) as bar:

        def progress(_name: str, done: int, _size: int) -> None:
            bar.update(done - bar.n)

        try:
            return store.obtain(file, mirror=mirror, progress=progress)
        except Refused as refusal:
            if file.optional:
                return replace(store.status(file), why=refusal.code.replace("_", " "))
            raise


def _complain(results: list[Status]) -> None:
    missing = [status for status in results if not status.ready and not status.file.optional]
    if missing:
        first = missing[0]
        raise CommandError(f"{first.file.name}: {first.why or 'not ready'}.", returncode=2)


def _state(status: Status) -> str:
    if status.ready:
        return "ready"
    return f"{status.why} (optional)" if status.file.optional else status.why


def _origin(file: ModelFile) -> str:
    return urlsplit(file.source).netloc or file.source


def _commercial(file: ModelFile) -> str:
    return "allowed" if file.commercial else "EXCLUDED by the training data's terms"


def _as_json(status: Status) -> dict[str, Any]:
    return {
        "name": status.file.name,
        "ready": status.ready,
        "sha256": status.sha256,
        "licence": status.file.licence,
        "source": status.file.source,
        "trained_on": status.file.trained_on,
        "commercial": status.file.commercial,
        "optional": status.file.optional,
        "why": status.why,
    }
