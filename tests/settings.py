"""The suite's settings: the real ones, with fast hashing, no e-mail and the fake engine."""

import atexit
import os
import shutil
import tempfile

if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="ostiary-tests-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
os.environ["ENV_FILE"] = os.devnull  # a developer's own .env changes no test
os.environ["DEBUG"] = "true"
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "60")  # two cores, many tests: slow is not broken
for _name in ("SECRET_KEY", "FACE_KEYS", "ALLOWED_HOSTS", "DEMO", "RECOGNITION_PROFILE", "RECOGNITION_DETECTOR"):
    os.environ.pop(_name, None)
from pathlib import Path  # noqa: E402

os.environ.setdefault("MODELS_DIR", str(Path(__file__).resolve().parent.parent / "var" / "models"))

from config.settings import *  # noqa: E402, F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
RECOGNITION_PROFILE, RECOGNITION_PROFILE_NAMED = "bundled", True  # whatever the machine's VAR_DIR has chosen
RECOGNITION_ENGINE = "tests.support.fake_engine.build"
LIFE_WATCH = "tests.support.fake_life.watch"
AXES_ENABLED = False
CLOCK_IN_WEB = False  # tests tell the time themselves
ATTENDANCE_CSV_DIR = VAR_DIR / "attendance"  # noqa: F405
FILE_UPLOAD_TEMP_DIR = Path(tempfile.gettempdir())  # config.asgi moves all temporary files there, pytest's too
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  whitenoise complains without it

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file: in a shared in-memory database, threads would refuse each other's locks instead of waiting.
    DATABASES["default"]["TEST"] = {"NAME": f"{VAR_DIR}/test.sqlite3"}  # noqa: F405
    _pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA secure_delete=ON;"
    DATABASES["default"]["OPTIONS"]["init_command"] = _pragmas  # noqa: F405
