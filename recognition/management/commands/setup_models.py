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
from config.ops.profile_choice import ENROLLED, FALLBACK, FOUND, NOT_FOUND, PERSON, ProfileChoice
from recognition.engine.model_files.attempt import SOON, FetchAttempt
from recognition.engine.model_files.deepface_licences import LicenceTerms, terms_of
from recognition.engine.model_files.download import PATIENCE
from recognition.engine.model_files.manifest import (
    BUILT,
    CONVERTED,
    DEEPFACE,
    DETECTOR_FILES,
    FILES,
    PIP,
    WHEEL,
    ModelFile,
    files_of,
    spec_of,
)
from recognition.engine.model_files.store import FileStatus, ModelStore, allow_licences
from recognition.faces.profiles import outdated, profiles, runtime


class Command(BaseCommand):
    help = "Obtain, verify and build the models of a recognition profile, and show what is ready."
    requires_system_checks = ()  # one of them says to run this command

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--profile",
            help="bundled, accurate, deepface:NAME, or one of your own. Default: RECOGNITION_PROFILE, else what this "
            "site has chosen, else accurate if its files arrive within 20 seconds, else bundled.",
        )
        parser.add_argument(
            "--use",
            action="store_true",
            help="Use this profile after the next start, if RECOGNITION_PROFILE is empty.",
        )
        parser.add_argument(
            "--detector",
            default=settings.RECOGNITION_DETECTOR or None,
            help="Prepare this detector instead of the profile's own: mmod, yunet, haar or hog. "
            "Default: RECOGNITION_DETECTOR.",
        )
        parser.add_argument("--mirror", type=Path, help="Take the files from this folder instead of the internet.")
        parser.add_argument("--sha256", default="", help="With deepface:NAME: the checksum that its weights must have.")
        parser.add_argument(
            "--no-search",
            action="store_true",
            help="If a profile is chosen, do not look for a better one or for optional files. For quick starts.",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        if options["mirror"] and not options["mirror"].is_dir():
            raise Refused("no_folder", f"{options['mirror']} is not a folder.")
        _require_detector(options["detector"])
        if options["use"] and not options["profile"]:
            raise Refused("no_profile", "--use needs --profile.")
        named = options["profile"] or (settings.RECOGNITION_PROFILE_NAMED and settings.RECOGNITION_PROFILE)
        profile, searched = (named, False) if named else self._settled(options)
        quick = searched or (options["no_search"] and profiles.is_ready(profile))
        results = self._ready(profile, options, optional=not quick)
        advice = outdated.advice_if_known(profile)
        self._report(profile, options, results, advice)
        _complain(results)
        if options["use"]:
            profiles.change(profile)
            self._say(options, f"'{profile}' will be used after the next start. Restart the server and the worker.")
        if advice:
            self._say(options, _with_setting(profile, advice))
        elif not named and profiles.has_better():
            self._say(options, BETTER)

    def _settled(self, options: dict[str, Any]) -> tuple[str, bool]:
        """The site's profile, recorded, and whether a better one was looked for, which is taken if it can soon be had.

        Where people are enrolled, or an administrator has chosen, it stays as it is.
        """
        choice, enrolled = profiles.chosen(), profiles.of_the_enrolled()
        profile = choice.profile if choice else enrolled
        if profile not in ("", FALLBACK) or (choice and (choice.why == PERSON or options["no_search"])):
            return self._chosen(profile, choice), False
        attempt = self._attempt(options)
        self._ready(FALLBACK, options | {"verbosity": 0}, optional=False)
        had = attempt.wait()
        if not had:
            self._say(options, f"'{profiles.BEST}' is not available now: {attempt.why}")
        if enrolled or not had:
            return self._chosen(FALLBACK, choice, why=ENROLLED if enrolled else NOT_FOUND), True
        return self._chosen(profiles.BEST, choice, why=FOUND), True

    def _attempt(self, options: dict[str, Any]) -> FetchAttempt:
        """What only the better profile needs, and what is optional, fetched while the rest is built."""
        spec = spec_of(profiles.BEST, settings.MODELS_DIR)
        files = [file for file in files_of(spec, options["detector"]) if file.source not in (PIP, WHEEL, BUILT)]
        store = ModelStore(settings.MODELS_DIR)
        missing = sorted((file for file in files if not store.has(file.name)), key=lambda file: file.optional)
        if missing and not options["mirror"]:
            self._say(options, f"Looking for the models of '{profiles.BEST}', for at most {SOON:.0f} seconds …")
        return FetchAttempt(store, missing, mirror=options["mirror"])

    def _chosen(self, profile: str, choice: ProfileChoice | None, *, why: str = ENROLLED) -> str:
        if choice is None:
            profile = profiles.record(profile, why).profile
        elif choice.profile != profile:
            profiles.change(profile, why=why)
        settings.RECOGNITION_PROFILE = profile  # what follows in this process goes by it too: `make run` enrols people
        runtime.forget_engine()
        return profile

    def _ready(self, profile: str, options: dict[str, Any], *, optional: bool) -> list[FileStatus]:
        """Every file of the profile, obtained as far as it can be. Optional ones may be only looked at."""
        spec = spec_of(profile, settings.MODELS_DIR)
        allow_licences(spec, allow_noncommercial=settings.ALLOW_NONCOMMERCIAL_MODELS)
        results = self._deepface(spec.profile.model, options) if spec.embedder == "deepface" else []
        store = ModelStore(settings.MODELS_DIR)
        for file in files_of(spec, options["detector"]):
            if options["verbosity"]:
                self._say(options, f"{file.name}: {file.licence}; trained on: {file.trained_on}.")
            asked = optional or not file.optional
            results.append(_obtained(store, file, options["mirror"]) if asked else store.status(file))
            if asked and results[-1].why == UNREACHABLE:
                optional = False  # the next one comes from the same place
        return results

    def _deepface(self, model: str, options: dict[str, Any]) -> list[FileStatus]:
        """The weights of DeepFace's model, by DeepFace's own downloader."""
        from recognition.engine.embedding.deepface_models import (  # imports DeepFace: slow, and seldom wanted
            model_names,
            set_up,
        )

        if model not in model_names():
            raise Refused("unknown_profile", f"DeepFace has no model '{model}'. Use {', '.join(model_names())}.")
        terms = terms_of(model)
        self._say(options, f"deepface:{model}: {terms.licence}; trained on: {terms.trained_on}.")
        found = set_up(model, mirror=options["mirror"], sha256=options["sha256"].lower())
        if not options["sha256"] and found:
            self._say(options, BELIEVED)
        return [FileStatus(_deepface_file(path, terms), True, digest) for path, digest in found.items()]

    def _say(self, options: dict[str, Any], line: str) -> None:
        if not options["json"]:
            self.stderr.write(line, str)  # plain: on a terminal Django makes it red, and nothing is wrong

    def _report(self, profile: str, options: dict[str, Any], results: list[FileStatus], advice: str) -> None:
        if options["json"]:
            files = [_as_json(status) for status in results]
            print_json(self.stdout, {"profile": profile, "files": files, "advice": advice, "site": profiles.sentence()})
            return
        if options["verbosity"]:
            self._table(results)
        self.stdout.write(profiles.sentence())

    def _table(self, results: list[FileStatus]) -> None:
        rows: list[tuple[str, ...]] = [("file", "state", "licence", "commercial use", "trained on", "source")]
        rows += [_row(status) for status in results]
        for line in table(rows):
            self.stdout.write(line)


BELIEVED = (
    "DeepFace publishes no checksums of its weights. The first file is trusted, and from now on only a file with the "
    "same sha256 is loaded (--json shows it). To verify the first file, compare it with another machine's: --sha256."
)
UNREACHABLE = "download failed"  # as _obtained says it
BETTER = (
    f"'{profiles.BEST}' is ready and makes fewer errors. To use it: "
    f"manage.py setup_models --profile {profiles.BEST} --use, restart, and manage.py reembed."
)


def _with_setting(profile: str, advice: str) -> str:
    """`reembed` follows the profile in use: made ready is not yet in use."""
    if profile == settings.RECOGNITION_PROFILE:
        return advice
    if settings.RECOGNITION_PROFILE_NAMED:
        return f"To use it, set RECOGNITION_PROFILE={profile}. {advice}"
    return f"To use it, run manage.py setup_models --profile {profile} --use and restart. {advice}"


def _require_detector(name: str | None) -> None:
    if name is not None and name not in DETECTOR_FILES and not name.startswith("deepface:"):  # that one fetches its own
        raise Refused("unknown_detector", f"'{name}' is not a known face detector. Use {', '.join(DETECTOR_FILES)}.")


def _obtained(store: ModelStore, file: ModelFile, mirror: Path | None) -> FileStatus:
    with tqdm(total=file.size or None, unit="B", unit_scale=True, desc=file.name, leave=False, disable=None) as bar:

        def progress(name: str, done: int, size: int) -> None:
            """What arrives may be larger than the file: the wheel that it lies in."""
            if name != file.name:
                bar.set_description(name, refresh=False)
                bar.total = size
            bar.update(done - bar.n)

        try:
            return store.obtain(file, mirror=mirror, progress=progress, within=SOON if file.optional else PATIENCE)
        except Refused as refusal:
            if file.optional:
                return replace(store.status(file), why=refusal.code.replace("_", " "))
            raise


def _complain(results: list[FileStatus]) -> None:
    missing = [status for status in results if not status.ready and not status.file.optional]
    if missing:
        first = missing[0]
        raise CommandError(f"{first.file.name}: {first.why or 'not ready'}.", returncode=2)


def _row(status: FileStatus) -> tuple[str, ...]:
    file = status.file
    licence = file.licence.split(" ")[0]
    return file.name, _state(status), licence, _commercial(file), file.trained_on, _origin(file)


def _state(status: FileStatus) -> str:
    if status.ready:
        return "ready"
    return f"{status.why} (optional)" if status.file.optional else status.why


def _deepface_file(path: Path, terms: LicenceTerms) -> ModelFile:
    return ModelFile(path.name, DEEPFACE, terms.licence, terms.trained_on, commercial=terms.commercial)


def _source(file: ModelFile) -> str:
    return FILES[file.built_from].source if file.source == CONVERTED else file.source


def _origin(file: ModelFile) -> str:
    return urlsplit(_source(file)).netloc or file.source


def _commercial(file: ModelFile) -> str:
    if not file.commercial:
        return "EXCLUDED by the terms of the training data"
    return "not excluded; read its terms" if file.source == DEEPFACE else "allowed"


def _as_json(status: FileStatus) -> dict[str, Any]:
    return {
        "name": status.file.name,
        "ready": status.ready,
        "sha256": status.sha256,
        "licence": status.file.licence,
        "source": _source(status.file),
        "trained_on": status.file.trained_on,
        "commercial": status.file.commercial,
        "optional": status.file.optional,
        "why": status.why,
    }
