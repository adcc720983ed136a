"""Settings. Everything that differs between machines comes from the environment (see .env.example)."""

from __future__ import annotations

import sys
from datetime import timedelta

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = env.BASE_DIR
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")

# --- Security -----------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG", True)
SECRET_KEY = env.text("SECRET_KEY", env.DEVELOPMENT_SECRET_KEY)
FACE_KEYS = env.keyring("FACE_KEYS", env.DEVELOPMENT_FACE_KEYS)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", env.LOCAL_HOSTS if DEBUG else ())
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

_problems = env.production_problems(debug=DEBUG, secret_key=SECRET_KEY, face_keys=FACE_KEYS, hosts=ALLOWED_HOSTS)
if _problems:
    raise ImproperlyConfigured("Ostiary does not start: " + " ".join(_problems))

HTTPS = env.flag("HTTPS", not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 12, least=1) * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31536000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Applications -------------------------------------------------------------------------------
INSTALLED_APPS = [
    # It only replaces `runserver`, and takes a quarter of a second to import: other commands do without.
    *(["daphne"] if "runserver" in sys.argv else []),
    "accounts",
    "recognition",
    "attendance",
    "library",
    "lockers",
    "config",
    "config.admin.OstiaryAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "knox",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "auditlog",
    "axes",
    "csp",
    "django_prometheus",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.errors_web.RefusedMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

# --- People -------------------------------------------------------------------------------------
SITE_NAME = env.text("SITE_NAME", "Ostiary")
# The demo campus shows its one demo station to everybody at /. Never on by default.
DEMO = env.flag("DEMO")
# Each app's part of the demo campus: callable() -> one line that says what is there.
DEMO_PARTS = ["attendance.demo.create", "library.demo.campus.create", "lockers.demo.create"]
# What people hold up in its films: callable() -> pictures, H × W × 3.
DEMO_THINGS = ["library.demo.books.labelled"]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("id_number", "first_name", "last_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "welcome"
AXES_FAILURE_LIMIT = env.number("LOGIN_ATTEMPTS", 5, least=1)
AXES_COOLOFF_TIME = timedelta(minutes=env.number("LOGIN_LOCK_MINUTES", 15, least=1))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # the sign-in form's field; axes would look for the model's, and lock everybody
AXES_LOCKOUT_CALLABLE = "accounts.views.signing.locked_out"
AXES_RESET_ON_SUCCESS = True
# Each app's part of the home page and header: callable(person) -> entries (config.menu.Entry).
MENU = [
    "attendance.menu.entries",
    "library.menu.entries",
    "lockers.menu.entries",
    "recognition.menu.entries",
    "accounts.menu.entries",
]
# Each app's part of "what is stored about me": callable(person) -> pairs of label and value.
MY_DATA = [
    "accounts.my_data.facts",
    "recognition.my_data.facts",
    "attendance.my_data.facts",
    "library.my_data.facts",
    "lockers.my_data.facts",
]
# Each app's links on a person's page in the admin: callable(person, viewer) -> entries.
PERSON_TOOLS = ["recognition.person_tools.tools", "library.person_tools.tools", "lockers.person_tools.tools"]
# A cell that a spreadsheet would run as a formula is exported as text (accounts.resources goes further).
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
AXES_VERBOSE = False

# --- Data ---------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR}/ostiary.sqlite3")}
REDIS_URL = env.text("REDIS_URL")
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 40

globals().update(env.email("EMAIL_URL", "consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "ostiary@localhost")
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20, least=1)

# --- E-mail (docs/mail.md) ----------------------------------------------------------------------
# Each app's kinds of e-mail: dotted path of a list of accounts.mail.kinds.MailKind.
MAIL_KINDS = ["attendance.mail_kinds.KINDS", "library.mail_kinds.KINDS", "lockers.mail_kinds.KINDS"]
# No e-mail goes out between these hours of the site's clock, but what somebody has asked for at this moment.
MAIL_QUIET_HOURS = env.clock_span("MAIL_QUIET_HOURS", "21:00-07:00")
# How long an e-mail that was sent, or was given up, is kept.
MAIL_DAYS = env.number("MAIL_DAYS", 90, least=7)
# Where people reach the site: for links in e-mails.
SITE_URL = env.origin("SITE_URL", env.likely_origin(debug=DEBUG, https=HTTPS, hosts=ALLOWED_HOSTS))
# What waits for a worker (`manage.py db_worker`).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# What an administrator should see to, on the first page of the administration: callable() -> sentences with a link.
ADMIN_ALERTS = ["accounts.mail.alerts.alerts"]

# --- Words, time, files -------------------------------------------------------------------------
LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "UTC")
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"

# --- Recognition --------------------------------------------------------------------------------
MODELS_DIR = env.folder("MODELS_DIR", VAR_DIR / "models")
RECOGNITION_PROFILE = env.text("RECOGNITION_PROFILE", "bundled")
RECOGNITION_DETECTOR = env.detector("RECOGNITION_DETECTOR")  # empty: the profile's own
# Development and evaluation may use every file; a production site says so itself (see docs/recognition.md).
ALLOW_NONCOMMERCIAL_MODELS = env.flag("ALLOW_NONCOMMERCIAL_MODELS", DEBUG)
# Which engine answers: dotted path of a callable returning a recognition.engine.types.Engine.
RECOGNITION_ENGINE = "recognition.engine.build_engine"
ENGINE_THREADS = env.number("ENGINE_THREADS", 2, least=1)
TARGET_FMR = env.fraction("TARGET_FMR", 1e-3)
# How often a stranger may be given anybody's name. A large roster is searched more strictly than TARGET_FMR for it.
TARGET_FPIR = env.fraction("TARGET_FPIR", 1e-2)
SIGHTING_DAYS = env.number("SIGHTING_DAYS", 30, least=1)
# Liveness (docs/liveness.md): how much is asked for, and whether nobody passes without the passive models.
LIVENESS_STEPS = int(env.choice("LIVENESS_STEPS", "4", ("3", "4", "5", "6", "7", "8")))
LIVENESS_REQUIRE_PASSIVE = env.flag("LIVENESS_REQUIRE_PASSIVE")
MAX_FRAME_BYTES = env.number("MAX_FRAME_BYTES", 700_000, least=10_000)
MAX_PHOTO_BYTES = env.number("MAX_PHOTO_BYTES", 20_000_000, least=100_000)
# Who acts on an identity event, by the station's purpose.
IDENTITY_HANDLERS = {
    "reception": "recognition.reception.on_identity",
    "attendance": "attendance.identity.on_identity",
    "library": "library.identity.on_identity",
    "lockers": "lockers.identity.on_identity",
}
# At these stations a face in view is no wish to be recognised: nobody is searched for, counted or greeted.
PURPOSES_WITHOUT_SEARCH = {"lockers"}
# How often somebody who stays in view is told again, by purpose: callable(station) -> seconds or None.
REPEAT_RULES = {"attendance": "attendance.identity.repeat_every", "library": "library.identity.repeat_every"}
# Who hears that a station is really seeing, by purpose: callable(slug, at), every few seconds.
SEEING_HANDLERS = {"attendance": "attendance.identity.on_seeing"}
# What a kiosk says is going on, by purpose: callable(station) -> recognition.events.StationNote.
STATION_NOTES = {
    "attendance": "attendance.identity.note_for",
    "library": "library.identity.note_for",
    "lockers": "lockers.identity.note_for",
}
# The part of the kiosk page that belongs to the purpose: callable(station) -> template, script, style, words.
STATION_PAGES = {"library": "library.identity.page_for", "lockers": "lockers.identity.page_for"}
# What the purpose adds to `hello`: callable(station) -> plain values, or None.
STATION_STATES = {"library": "library.identity.state_of"}
# Who looks at each camera picture too: callable(station, RGB image, at) -> what to do then, or None.
FRAME_READERS = {"library": "library.identity.read_frame", "lockers": "lockers.identity.read_frame"}
# Who is searched, by the station's roster rule: callable(station) -> set of person ids, or None for everybody enrolled.
ROSTER_RULES = {
    "everyone": "recognition.rosters.everyone",
    "department": "recognition.rosters.department",
    "class_now": "attendance.identity.class_now",
    "library": "library.identity.roster",
    "lockers": "lockers.identity.nobody",
}
# Called with (person, purpose) in the same transaction when a consent is withdrawn.
CONSENT_WITHDRAWN = ["recognition.erasure.erase_purpose", "lockers.erasure.consent_withdrawn"]
# Called with (person, by=...) in the same transaction before a person is deleted.
BEFORE_PERSON_DELETED = [
    "library.erasure.forget_person",  # the first two may refuse
    "lockers.erasure.forget_person",
    "recognition.erasure.erase_person",
    "attendance.erasure.forget_person",
]

# What each app deletes once its days are over, in purge_expired: callable(now) -> how many of what, by name.
PURGES = [
    "attendance.retention.purge",
    "accounts.mail.retention.purge",
    "accounts.api.idempotency.purge",
    "library.webhooks.sending.purge",
    "library.catalogue.uploads.purge",
    "lockers.retention.purge",
]

# --- Attendance ---------------------------------------------------------------------------------
# How long single sightings of a session are kept. What was derived from them, and corrections, stay.
ATTENDANCE_DAYS = env.number("ATTENDANCE_DAYS", 400, least=1)
ATTENDANCE_CSV_DIR = env.folder("ATTENDANCE_CSV_DIR", VAR_DIR / "attendance")
# Minutes in which a teacher can still put right what people would be told.
ATTENDANCE_NOTICE_DELAY = env.number("ATTENDANCE_NOTICE_DELAY", 30)
# When teachers get the day's summary, by the site's clock.
ATTENDANCE_DIGEST_AT = env.clock_time("ATTENDANCE_DIGEST_AT", "18:00")

# --- Library ------------------------------------------------------------------------------------
# local: the ledger is here. sip2: it is the college's own library system, spoken to over SIP2.
LIBRARY_BACKEND = env.choice("LIBRARY_BACKEND", "local", ("local", "sip2"))
LIBRARY_CAPACITY = env.number("LIBRARY_CAPACITY", 0)  # people inside at once; 0: no limit
# Seconds out of the camera's view, after which the basket of somebody at the exit is put aside for them.
LIBRARY_PARK_AFTER = env.number("LIBRARY_PARK_AFTER", 8, least=2)
# What a scanner is set to type before and after each barcode.
LIBRARY_SCANNER_PREFIX = env.text("LIBRARY_SCANNER_PREFIX")
LIBRARY_SCANNER_SUFFIX = env.text("LIBRARY_SCANNER_SUFFIX")
# Seconds for which an alarm of the gate's own tags rings, unless it is ended or heard again.
LIBRARY_ALARM_SECONDS = env.number("LIBRARY_ALARM_SECONDS", 30, least=5)
LIBRARY_VISIT_HOURS = env.number("LIBRARY_VISIT_HOURS", 16, least=1)
LIBRARY_PICK_UP_DAYS = env.number("LIBRARY_PICK_UP_DAYS", 7, least=1)
# Whether somebody may wait for a title while a copy of it stands on the shelf, for staff to fetch it.
LIBRARY_HOLD_FROM_SHELF = env.flag("LIBRARY_HOLD_FROM_SHELF")
LIBRARY_HISTORY_DAYS = env.number("LIBRARY_HISTORY_DAYS", 90, least=1)
# Webhooks may go to addresses inside our own network.
LIBRARY_WEBHOOK_PRIVATE = env.flag("LIBRARY_WEBHOOK_PRIVATE")
# Reminders by e-mail: so many days before a book is due, and after it was.
LIBRARY_DUE_SOON_DAYS = env.number("LIBRARY_DUE_SOON_DAYS", 2)
LIBRARY_OVERDUE_DAYS = sorted(int(day) for day in env.words("LIBRARY_OVERDUE_DAYS", ("1", "7", "21")) if day.isdigit())
# SIP2 client: the college's library system, with LIBRARY_BACKEND=sip2.
SIP2_HOST = env.text("SIP2_HOST")
SIP2_PORT = env.number("SIP2_PORT", 6001, least=1)
SIP2_TLS = env.flag("SIP2_TLS")
SIP2_CA_FILE = env.text("SIP2_CA_FILE")
SIP2_TIMEOUT = env.number("SIP2_TIMEOUT", 5, least=1)
SIP2_USER = env.text("SIP2_USER")
SIP2_PASSWORD = env.text("SIP2_PASSWORD")
SIP2_INSTITUTION = env.text("SIP2_INSTITUTION")
SIP2_LOCATION = env.text("SIP2_LOCATION")
SIP2_ENCODING = env.choice("SIP2_ENCODING", "utf-8", ("utf-8", "ascii", "iso-8859-1", "cp850"))
# What the library system knows people by.
SIP2_PATRON = env.choice("SIP2_PATRON", "id_number", ("id_number", "card_barcode"))
# Minutes after which that system is asked again about everybody who has books in our mirror; 0: never.
LIBRARY_SIP2_REFRESH = env.number("LIBRARY_SIP2_REFRESH", 30)
# SIP2 server: machines that may sign in, by name with a hashed password (manage.py sip2_terminal NAME).
SIP2_TERMINALS = env.document("SIP2_TERMINALS", {})
SIP2_ASK_PIN = env.flag("SIP2_ASK_PIN", True)
# Nothing falls due on these weekdays, 0 is Monday.
LIBRARY_SHUT_WEEKDAYS = [int(day) for day in env.words("LIBRARY_SHUT_WEEKDAYS") if day.isdigit()]
# The door beside each station, "*" for all: {"exit": {"kind": "mqtt", "url": "mqtt://host:1883", "topic": "gates/1"}};
# kinds simulator, http, mqtt, and asks: a gate that reads the pass and asks the API itself.
LIBRARY_GATES = env.document("LIBRARY_GATES", {"*": {"kind": "simulator"}})

# --- Lockers ------------------------------------------------------------------------------------
LOCKER_KEY_TTL = env.number("LOCKER_KEY_TTL", 180, least=30)  # seconds from showing a key to its end
LOCKER_KEY_EMAIL = env.flag("LOCKER_KEY_EMAIL")  # the key goes to its owner's address too
# How a face is compared with the one customer who was named, and how often a stranger may pass for them.
LOCKER_DISTANCE = env.choice("LOCKER_DISTANCE", "euclidean", ("euclidean", "cosine"))
# Photos of a person from which on the kiosk compares their face at all.
LOCKER_LEAST_PHOTOS = env.number("LOCKER_LEAST_PHOTOS", 5, least=1)
ENOUGH_PHOTOS = {"lockers": LOCKER_LEAST_PHOTOS}  # by purpose, where enrolment warns below more than three
LOCKER_TARGET_FMR = env.fraction("LOCKER_TARGET_FMR", 1e-4)
# Seconds after which an open door is an alarm, and after which the officers are told that nobody shuts it.
LOCKER_HELD_OPEN_AFTER = env.number("LOCKER_HELD_OPEN_AFTER", 120, least=10)
LOCKER_NOT_CLOSED_AFTER = env.number("LOCKER_NOT_CLOSED_AFTER", 600, least=20)
LOCKER_APPROVE_WITHIN = env.number("LOCKER_APPROVE_WITHIN", 600, least=30)  # seconds that a second officer has
LOCKER_ENDS_NOTICE_DAYS = env.number("LOCKER_ENDS_NOTICE_DAYS", 14)  # before an assignment ends; 0: nobody is told
LOCKER_WAITING_DAYS = env.number("LOCKER_WAITING_DAYS", 7, least=1)  # to come for a free one; then the next is told
LOCKER_LOG_DAYS = env.number("LOCKER_LOG_DAYS", 730, least=30)  # the access log, attempts, openings, alarms
# What binds the entries of the access log together: id:base64 of 32 bytes, the first writes, all verify.
LOCKER_LOG_KEYS = (
    env.keyring("LOCKER_LOG_KEYS", "")
    if env.text("LOCKER_LOG_KEYS")
    else {"site": env.derived_key(SECRET_KEY, "lockers.access_log")}
)
# The locks of each bank by its code, "*" for all others: {"main": {"kind": "mqtt", "url": "mqtt://host:1883"}}
LOCKER_ACTUATORS = env.document("LOCKER_ACTUATORS", {"*": {"kind": "simulator"}})

# --- What happens by itself ---------------------------------------------------------------------
# Jobs: dotted path of a callable(now), and how many seconds lie between two runs. Safe in several processes at once.
CLOCK = {
    "accounts.mail.tasks.send_due": 5,
    "attendance.clock.open_and_close": 5,
    "attendance.clock.mend_files": 60,
    "attendance.clock.plan": 3600,
    "attendance.clock.write_digests": 60,
    "library.clock.tidy": 60,
    "library.clock.remind": 3600,
    "library.kiosk.see_all_off": 3,
    "library.mirror.refresh": 10,
    "library.webhooks.tasks.send_due": 5,
    "lockers.clock.tidy": 5,
    "lockers.watching.ask_sensors": 5,
    "lockers.clock.remind": 3600,
    "lockers.clock.anchor": 3600,
}
# The web process runs the jobs itself. Turn it off where `manage.py clock` runs beside several web processes.
CLOCK_IN_WEB = env.flag("CLOCK_IN_WEB", True)

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api_parsers.BoundedJSON"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PAGINATION_CLASS": "config.api.NewestFirst",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.problem",
    "DEFAULT_THROTTLE_RATES": {
        "identify": env.rate("IDENTIFY_RATE", "60/min"),
        "arrivals": env.rate("ARRIVALS_RATE", "600/min"),
        "reports": env.rate("REPORTS_RATE", "30/min"),
    },
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=env.number("TOKEN_DAYS", 90, least=1)), "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ostiary API",
    "VERSION": "1",
    "DESCRIPTION": _(
        "Sign in at `auth/login/`, then send `Authorization: Token …`. Every error is a problem document."
    ),
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "Purpose": "accounts.roles.Purpose",
        "PhotoSource": "recognition.models.FaceSample.Source",
        "RollSource": "attendance.models.RollEntry.Source",
        "RollLineKind": "attendance.models.RollEntry.Kind",
        "DoubtKind": "attendance.models.Doubt.Kind",
        "CourseKind": "attendance.models.Course.Kind",
        "SessionState": "attendance.models.ClassSession.State",
        "AttendanceStatus": "attendance.models.STATUS_CHOICES",
        "SettableStatus": "attendance.models.SETTABLE",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api_schema.describe_problems",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Watching -----------------------------------------------------------------------------------
# Whoever bears it may read /metrics. Empty: administrators only.
METRICS_TOKEN = env.text("METRICS_TOKEN")

# --- Logs ---------------------------------------------------------------------------------------
LOG_FORMAT = env.choice("LOG_FORMAT", "plain", ("plain", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "config.logs.JsonFormatter"},
    },
    "filters": {"refusals": {"()": "config.logs.RefusalsAreNoBreakdowns"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["refusals"]}},
    "loggers": {
        "django": {"handlers": []},  # its own would say everything twice in debug mode
        "axes": {"level": "WARNING"},  # a sign-in that worked is no news
        "daphne": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))},
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
