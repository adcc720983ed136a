"""Settings. Everything that differs between machines comes from the environment (see .env.example)."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.ops import env, private_files, profile_choice, redis_limits
from config.ops.databases import timeouts
from config.ops.logs import masking

private_files.close_to_others()  # first of all: every process of ours reads this file
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
# How many entries of X-Forwarded-For our own proxies wrote, or the proxies' networks (config.web.client_address).
# None: one with BEHIND_PROXY, else none.
TRUSTED_PROXIES = env.proxies("TRUSTED_PROXIES")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "font-src": [SELF],
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
    "visitors",
    "home",
    "config",
    "config.door_relays",
    "config.web.branding",
    "config.ops.jobs",
    "config.web.admin.apps.OstiaryAdminConfig",
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
    "config.api.headers.NoStoreMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.web.permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.web.language.choice.person_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.web.middleware.methods.PageMethodsMiddleware",
    "config.web.error_pages.RefusedMiddleware",
    "config.web.middleware.audit.AuditMiddleware",
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
                "config.web.context.site",
            ],
        },
    },
]

# --- People -------------------------------------------------------------------------------------
SITE_NAME = env.text("SITE_NAME", "Ostiary")
# The demo campus shows its one demo station to everyone at /. Never on by default.
DEMO = env.flag("DEMO")
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
    {"NAME": "accounts.credentials.password_rules.LengthByRole"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.credentials.password_rules.NotEasilyGuessed"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "welcome"
# Wrong passwords that are free for an account, over all addresses, and the longest wait between two after that.
AXES_FAILURE_LIMIT = env.number("LOGIN_ATTEMPTS", 5, least=1)
AXES_COOLOFF_TIME = timedelta(minutes=env.number("LOGIN_LOCK_MINUTES", 15, least=1))
# Wrong passwords in a quarter of an hour from one address (IPv6: one /64), and on the whole site, for all accounts.
LOGIN_ADDRESS_ATTEMPTS = env.number("LOGIN_ADDRESS_ATTEMPTS", 20, least=1)
LOGIN_SITE_ATTEMPTS = env.number("LOGIN_SITE_ATTEMPTS", 300, least=1)
# axes only writes down who tried: the limits are accounts.credentials.passwords, which axes cannot express.
AXES_LOCK_OUT_AT_FAILURE = False
AXES_USERNAME_FORM_FIELD = "username"  # the sign-in form's field; axes would look for the model's
AXES_CLIENT_IP_CALLABLE = "config.web.client_address.address_or_none"
AXES_RESET_ON_SUCCESS = True
# How long it is remembered who changed what, and who looked at whose face data.
AUDIT_DAYS = env.number("AUDIT_DAYS", 730, least=1)
AUDITLOG_CID_HEADER = None  # what a client writes there is no correlation of ours, and may be too long for its column
# A cell that a spreadsheet would run as a formula is exported as text (accounts.people.resources goes further).
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
AXES_VERBOSE = False

# --- Data ---------------------------------------------------------------------------------------
# Seconds that one statement may take in a process that serves; 0: no limit. Commands that end may take their time.
DATABASE_SECONDS = timeouts.statement_limit(sys.argv, env.number("DATABASE_STATEMENT_SECONDS", 8))
DATABASES = {
    "default": timeouts.bounded(env.database("DATABASE_URL", f"sqlite:///{VAR_DIR}/ostiary.sqlite3"), DATABASE_SECONDS)
}
REDIS_URL = env.text("REDIS_URL")
CHANNEL_LAYERS = {
    "default": redis_limits.channel_layer(REDIS_URL)
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
CACHES = {
    "default": {
        "BACKEND": "config.ops.cache.SignedRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": redis_limits.cache_options(),
    }
    if REDIS_URL
    else {"BACKEND": "config.ops.cache.SignedLocMemCache"}
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 40
# Faces and lists of people are uploaded: nothing of it in a folder that others read, or under a name that stays.
FILE_UPLOAD_TEMP_DIR = private_files.folder_or_none(VAR_DIR / "tmp")
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.web.files.uploads.NamelessFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700

globals().update(env.email("EMAIL_URL", "consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "ostiary@localhost")
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20, least=1)

# --- E-mail (docs/mail.md) ----------------------------------------------------------------------
# No e-mail goes out between these hours of the site's clock, but what someone has asked for at this moment.
MAIL_QUIET_HOURS = env.clock_span("MAIL_QUIET_HOURS", "21:00-07:00")
# How long an e-mail that was sent, or was given up, is kept.
MAIL_DAYS = env.number("MAIL_DAYS", 90, least=7)
# How long what people wrote and sent in signing themselves up is kept, whatever was decided (docs/privacy.md).
NEWCOMER_DAYS = env.number("NEWCOMER_DAYS", 14, least=1)
# New photos that members send of themselves are in use at once when they safely match the present ones.
OWN_PHOTOS_AT_ONCE = env.flag("OWN_PHOTOS_AT_ONCE")
# Where people reach the site: for links in e-mails.
SITE_URL = env.origin("SITE_URL", env.likely_origin(debug=DEBUG, https=HTTPS, hosts=ALLOWED_HOSTS))
# `dumpdata` keeps times to the microsecond, and what `loaddata` puts back is not a change that someone has made.
SERIALIZATION_MODULES = {"json": "config.ops.databases.exact_json", "jsonl": "config.ops.databases.exact_jsonl"}
AUDITLOG_DISABLE_ON_RAW_SAVE = True
# What waits for a worker (`manage.py db_worker`).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Words, time, files -------------------------------------------------------------------------
LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = env.languages("LANGUAGES", LOCALE_PATHS[0])
LANGUAGE_COOKIE_NAME = "language"
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
# Read when numpy is loaded, after this file: OpenBLAS's waiting threads spin, and take the cores from the recognition.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("DEEPFACE_HOME", str(MODELS_DIR / "deepface"))  # its weights, beside the others
# Named, or chosen by setup_models: recognition/faces/profiles/profiles.py.
RECOGNITION_PROFILE_NAMED = bool(env.text("RECOGNITION_PROFILE"))
RECOGNITION_PROFILE = env.text("RECOGNITION_PROFILE") or getattr(
    profile_choice.read(VAR_DIR), "profile", profile_choice.FALLBACK
)
RECOGNITION_DETECTOR = env.detector("RECOGNITION_DETECTOR")  # empty: the profile's own
# Development and evaluation may use every file; a production site says so itself (see docs/recognition.md).
ALLOW_NONCOMMERCIAL_MODELS = env.flag("ALLOW_NONCOMMERCIAL_MODELS", DEBUG)
# Which engine answers: dotted path of a callable returning a recognition.engine.types.Engine.
RECOGNITION_ENGINE = "recognition.engine.build_engine"
ENGINE_THREADS = env.number("ENGINE_THREADS", 2, least=1)
TARGET_FMR = env.fraction("TARGET_FMR", 1e-3)
# How often a stranger may be given anyone's name. A large roster is searched more strictly than TARGET_FMR for it.
TARGET_FPIR = env.fraction("TARGET_FPIR", 1e-2)
# A kiosk's screen that was away for so many days is paired again.
KIOSK_DAYS = env.number("KIOSK_DAYS", 90, least=1)
# When stations are missed that are offline, where they have no hours of their own; 1 is Monday (docs/stations.md).
STATION_HOURS = env.clock_span("STATION_HOURS", "08:00-18:00")
STATION_DAYS = env.weekdays("STATION_DAYS", "12345")
SIGHTING_DAYS = env.number("SIGHTING_DAYS", 30, least=1)
# Learning from mistakes (docs/recognition.md): for how many days a look may be denied (0: none is kept), how many
# impostor examples an identity has at most for each purpose, and for how many days.
KEPT_LOOK_DAYS = env.number("KEPT_LOOK_DAYS", 7)
IMPOSTOR_EXAMPLES = env.number("IMPOSTOR_EXAMPLES", 5)
IMPOSTOR_DAYS = env.number("IMPOSTOR_DAYS", 365, least=1)
# How often at most someone is reminded of new photos, when their looks move away from the old ones. 0: never.
NEW_PHOTOS_MONTHS = env.number("NEW_PHOTOS_MONTHS", 6)
# Liveness (docs/liveness.md): how much is asked for, and whether no one passes without the photo-attack check.
LIVENESS_STEPS = int(env.choice("LIVENESS_STEPS", "4", ("3", "4", "5", "6", "7", "8")))
LIVENESS_REQUIRE_PASSIVE = env.flag("LIVENESS_REQUIRE_PASSIVE")
MAX_FRAME_BYTES = env.number("MAX_FRAME_BYTES", 700_000, least=10_000)
MAX_PHOTO_BYTES = env.number("MAX_PHOTO_BYTES", 40_000_000, least=100_000)
# Who watches a track for life where a station's policy is passive: callable(engine) -> liveness.life.LifeWatch.
LIFE_WATCH = "recognition.live.liveness_service.passive_watch"
# What the app of each purpose does at its stations: dotted path of a recognition.stations.app.station_app.StationApp.
STATION_APPS = {
    "reception": "recognition.stations.app.reception.ReceptionStations",
    "attendance": "attendance.sessions.station_app.AttendanceStations",
    "library": "library.kiosk.station_app.LibraryStations",
    "lockers": "lockers.kiosk.station_app.LockerStations",
}
# At these stations a face in view is not a wish to be recognised: no one is searched for, counted or greeted.
PURPOSES_WITHOUT_SEARCH = {"lockers"}

# --- Attendance ---------------------------------------------------------------------------------
# How long single sightings of a session are kept. What was derived from them, and corrections, stay.
ATTENDANCE_DAYS = env.number("ATTENDANCE_DAYS", 400, least=1)
ATTENDANCE_CSV_DIR = env.folder("ATTENDANCE_CSV_DIR", VAR_DIR / "attendance")
# Minutes in which a teacher can still correct what people would be told.
ATTENDANCE_NOTICE_DELAY = env.number("ATTENDANCE_NOTICE_DELAY", 30)
# When teachers get the day's summary, by the site's clock.
ATTENDANCE_DIGEST_AT = env.clock_time("ATTENDANCE_DIGEST_AT", "18:00")
# When the half days are for those who count them, by the site's clock. Empty: this half is not counted.
ATTENDANCE_MORNING = env.clock_span("ATTENDANCE_MORNING", "08:00-12:30")
ATTENDANCE_AFTERNOON = env.clock_span("ATTENDANCE_AFTERNOON", "13:00-17:00")

# --- Visitors -----------------------------------------------------------------------------------
# How long a visit is kept after it is over, and an evacuation list after it was begun.
VISITOR_DAYS = env.number("VISITOR_DAYS", 30, least=1)
EVACUATION_DAYS = env.number("EVACUATION_DAYS", 365, least=1)
# When hosts hear of visitors who are still signed in, by the site's clock.
VISITOR_CLOSING_AT = env.clock_time("VISITOR_CLOSING_AT", "18:00")

# --- Library ------------------------------------------------------------------------------------
# local: the ledger is here. sip2: it is the college's own library system, spoken to over SIP2.
LIBRARY_BACKEND = env.choice("LIBRARY_BACKEND", "local", ("local", "sip2"))
LIBRARY_CAPACITY = env.number("LIBRARY_CAPACITY", 0)  # people inside at once; 0: no limit
# Seconds out of the camera's view, after which the basket of someone at the exit is put aside for them.
LIBRARY_PARK_AFTER = env.number("LIBRARY_PARK_AFTER", 8, least=2)
# What a scanner is set to type before and after each barcode.
LIBRARY_SCANNER_PREFIX = env.text("LIBRARY_SCANNER_PREFIX")
LIBRARY_SCANNER_SUFFIX = env.text("LIBRARY_SCANNER_SUFFIX")
# Seconds for which an alarm of the gate's own tags rings, unless it is ended or heard again.
LIBRARY_ALARM_SECONDS = env.number("LIBRARY_ALARM_SECONDS", 30, least=5)
# After so many refused scans of one visit to an exit, and so many seconds without progress there, the desk is told that
# help is wanted; 0: never. An open call for help ends by itself after so many minutes.
LIBRARY_HELP_SCANS = env.number("LIBRARY_HELP_SCANS", 3)
LIBRARY_HELP_SECONDS = env.number("LIBRARY_HELP_SECONDS", 60)
LIBRARY_HELP_MINUTES = env.number("LIBRARY_HELP_MINUTES", 30, least=1)
LIBRARY_VISIT_HOURS = env.number("LIBRARY_VISIT_HOURS", 16, least=1)
LIBRARY_PICK_UP_DAYS = env.number("LIBRARY_PICK_UP_DAYS", 7, least=1)
# Whether someone may wait for a title while a copy of it is available, for staff to fetch it.
LIBRARY_HOLD_FROM_SHELF = env.flag("LIBRARY_HOLD_FROM_SHELF")
LIBRARY_HISTORY_DAYS = env.number("LIBRARY_HISTORY_DAYS", 90, least=1)
# Webhooks may go to addresses inside our own network.
LIBRARY_WEBHOOK_PRIVATE = env.flag("LIBRARY_WEBHOOK_PRIVATE")
# Reminders by e-mail: so many days before a book is due, and after it was.
LIBRARY_DUE_SOON_DAYS = env.number("LIBRARY_DUE_SOON_DAYS", 2)
LIBRARY_DUE_SOON_MINUTES = env.number("LIBRARY_DUE_SOON_MINUTES", 30)  # before a loan by hours is due; 0: no e-mail
LIBRARY_OVERDUE_DAYS = sorted(int(day) for day in env.words("LIBRARY_OVERDUE_DAYS", ("1", "7", "21")) if day.isdigit())
# What fines are in (ISO 4217); XXX: no currency is named.
LIBRARY_CURRENCY = env.text("LIBRARY_CURRENCY", "XXX").upper()
# Money, as in 12.50. Late fines of one person together, and what a lost book costs without a price of its own; 0: none.
LIBRARY_FINE_CAP = env.money("LIBRARY_FINE_CAP", "0")
LIBRARY_LOST_PRICE = env.money("LIBRARY_LOST_PRICE", "0")
# Who owes more borrows and renews nothing; 0: no limit.
LIBRARY_FINE_LIMIT = env.money("LIBRARY_FINE_LIMIT", "0")
# Days after which a lost book that is found is no longer refunded.
LIBRARY_REFUND_DAYS = env.number("LIBRARY_REFUND_DAYS", 180)
# A loan can be renewed from so many days before it is due; 0: at any time. A loan policy may say otherwise.
LIBRARY_RENEW_WITHIN = env.number("LIBRARY_RENEW_WITHIN", 0)
# Catalogues that are asked for an ISBN over SRU, in this order: {"DNB": {"url": "https://…", "index": "num"}}.
LIBRARY_SRU_SOURCES = env.document("LIBRARY_SRU_SOURCES", {})
LIBRARY_SRU_SECONDS = env.number("LIBRARY_SRU_SECONDS", 8, least=1)  # for each
LIBRARY_SRU_PRIVATE = env.flag("LIBRARY_SRU_PRIVATE")  # they may be inside our own network
# Whether the last digit of new barcodes is a check digit, and of which kind.
LIBRARY_BARCODE_SCHEME = env.choice("LIBRARY_BARCODE_SCHEME", "none", ("none", "mod10", "ean13"))
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
SIP2_ENCODING = env.choice("SIP2_ENCODING", "utf-8", ("utf-8", "ascii", "iso-8859-1", "cp1252", "cp850"))
# How the library system writes due dates, as in "%d/%m/%Y"; empty: one of the usual ways.
SIP2_DUE_FORMAT = env.text("SIP2_DUE_FORMAT")
# What the library system knows people by.
SIP2_PATRON = env.choice("SIP2_PATRON", "id_number", ("id_number", "card_barcode"))
# Minutes after which that system is asked again about everyone who has books in our mirror; 0: never.
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
# Photos of a person from which on the kiosk compares their face.
LOCKER_LEAST_PHOTOS = env.number("LOCKER_LEAST_PHOTOS", 5, least=1)
ENOUGH_PHOTOS = {"lockers": LOCKER_LEAST_PHOTOS}  # by purpose, where enrolment warns below more than three
LOCKER_TARGET_FMR = env.fraction("LOCKER_TARGET_FMR", 1e-4)
# Customers may use a passkey instead of their face. It belongs to the host of SITE_URL, which must then stay.
LOCKER_PASSKEYS = env.flag("LOCKER_PASSKEYS", True)
# Seconds after which an open door is an alarm, and after which the officers are told that no one shuts it.
LOCKER_HELD_OPEN_AFTER = env.number("LOCKER_HELD_OPEN_AFTER", 120, least=10)
LOCKER_NOT_CLOSED_AFTER = env.number("LOCKER_NOT_CLOSED_AFTER", 600, least=20)
LOCKER_APPROVE_WITHIN = env.number("LOCKER_APPROVE_WITHIN", 600, least=30)  # seconds that a second officer has
LOCKER_RELEASE_WITHIN = env.number("LOCKER_RELEASE_WITHIN", 300, least=30)  # seconds from one officer to the other
# Seconds that an officer's key of a vault is good for: to be typed, and then to be met by the customer's key.
LOCKER_OFFICER_KEY_TTL = env.number("LOCKER_OFFICER_KEY_TTL", 300, least=30)
LOCKER_ENDS_NOTICE_DAYS = env.number("LOCKER_ENDS_NOTICE_DAYS", 14)  # before an assignment ends; 0: no one is told
LOCKER_WAITING_DAYS = env.number("LOCKER_WAITING_DAYS", 7, least=1)  # to come for a free one; then the next is told
# Days before the first, second and last notice of a locker that is not emptied, and before it is opened; empty: never.
LOCKER_ABANDONED_DAYS = env.days("LOCKER_ABANDONED_DAYS", (7, 14, 14, 14))
LOCKER_UNUSED_DAYS = env.number("LOCKER_UNUSED_DAYS", 0)  # without an opening, then it is a case too; 0: never
LOCKER_ABANDONED_KEEP_DAYS = env.number("LOCKER_ABANDONED_KEEP_DAYS", 90, least=1)  # in storage, at least
LOCKER_LOG_DAYS = env.number("LOCKER_LOG_DAYS", 730, least=30)  # the access log, attempts, openings, alarms
# What binds the entries of the access log together: id:base64 of 32 bytes, the first writes, all verify.
LOCKER_LOG_KEYS = (
    env.keyring("LOCKER_LOG_KEYS", "")
    if env.text("LOCKER_LOG_KEYS")
    else {"site": env.derived_key(SECRET_KEY, "lockers.access_log")}
)
# The locks of each bank by its code, "*" for all others: {"main": {"kind": "mqtt", "url": "mqtt://host:1883"}}
LOCKER_ACTUATORS = env.document("LOCKER_ACTUATORS", {"*": {"kind": "simulator"}})

# --- Doors by template ---------------------------------------------------------------------------
# Where the devices of doors (administration: devices of doors) may be, besides the internet over https. This machine
# (127.0.0.1) and link-local addresses are not among them unless they are named.
DOOR_RELAY_NETWORKS = env.networks("DOOR_RELAY_NETWORKS", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))

# --- Cameras (docs/cameras.md) -------------------------------------------------------------------
# Where "Test a camera" may look. This machine and the internet are not among them unless this machine is named.
CAMERA_NETWORKS = env.networks("CAMERA_NETWORKS", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))

# --- Home Assistant -----------------------------------------------------------------------------
# The message broker on which `manage.py home_assistant` shows the lockers' doors; empty: nowhere.
HOME_ASSISTANT_URL = env.text("HOME_ASSISTANT_URL")
HOME_ASSISTANT_PREFIX = env.text("HOME_ASSISTANT_PREFIX", "homeassistant")  # where it looks for what there is
HOME_ASSISTANT_TOPIC = env.text("HOME_ASSISTANT_TOPIC", "ostiary")  # ours; another one for each site on a broker

# --- What happens by itself ---------------------------------------------------------------------
# The web process runs the timed jobs (config/jobs) itself. Turn it off where `manage.py clock` does.
CLOCK_IN_WEB = env.flag("CLOCK_IN_WEB", True)

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.BoundedJSON"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.api.methods.Negotiation",
    "DEFAULT_METADATA_CLASS": "config.api.methods.Methods",
    "DEFAULT_PAGINATION_CLASS": "config.api.problems.NewestFirst",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["config.api.query.StrictFilters"],
    "DEFAULT_SCHEMA_CLASS": "config.api.schema.Schema",
    "EXCEPTION_HANDLER": "config.api.problems.problem",
    "DEFAULT_THROTTLE_RATES": {
        "identify": env.rate("IDENTIFY_RATE", "60/min"),
        "arrivals": env.rate("ARRIVALS_RATE", "600/min"),
        "reports": env.rate("REPORTS_RATE", "30/min"),
    },
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Tokens that one account may have at a time.
TOKENS_PER_PERSON = env.number("TOKENS_PER_PERSON", 20, least=1)
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
        "Role": "accounts.roles.Role",
        "PresetRole": "recognition.models.newcomers.PRESET_ROLES",
        "PhotoSource": "recognition.models.FaceSample.Source",
        "RollSource": "attendance.models.RollEntry.Source",
        "RollLineKind": "attendance.models.RollEntry.Kind",
        "DoubtKind": "attendance.models.Doubt.Kind",
        "CourseKind": "attendance.models.Course.Kind",
        "SessionState": "attendance.models.ClassSession.State",
        "AttendanceStatus": "attendance.models.STATUS_CHOICES",
        "SettableStatus": "attendance.models.SETTABLE",
        "LivenessPolicy": "recognition.stations.liveness_policy.LivenessLevel",
        "RollLiveness": "attendance.models.Liveness",
        "StillLiveness": "recognition.api.looking.STILL_LIVENESS",
        "AbandonmentReason": "lockers.models.Abandonment.Reason",
        "WaiveReason": "library.models.FineEntry.Reason",
        "ReasonEnum": "recognition.api.looking.REASONS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.schema.describe_problems",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Watching -----------------------------------------------------------------------------------
# Anyone who bears it may read /metrics. Empty: administrators only.
METRICS_TOKEN = env.text("METRICS_TOKEN")
# Below so many free megabytes in a folder that is written to, /readyz says no.
DISK_LEAST_FREE_MB = env.number("DISK_LEAST_FREE_MB", 200)

# --- Logs ---------------------------------------------------------------------------------------
LOG_FORMAT = env.choice("LOG_FORMAT", "plain", ("plain", "json"))
# One line for each request, without secrets and without the address of anyone who asks.
LOG_REQUESTS = env.flag("LOG_REQUESTS", not DEBUG)
masking.install()
DEFAULT_EXCEPTION_REPORTER = "config.ops.logs.error_reports.MaskedReporter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "config.ops.logs.formatters.PlainFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "config.ops.logs.formatters.JsonFormatter"},
    },
    "filters": {"refusals": {"()": "config.ops.logs.formatters.RefusalsAreNoBreakdowns"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["refusals"]}},
    "loggers": {
        "django": {"handlers": []},  # its own would say everything twice in debug mode
        "axes": {"level": "WARNING"},  # a sign-in that worked is not news
        "daphne": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))},
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
