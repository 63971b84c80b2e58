"""What every deployment shares, in headed sections. Only env reads the environment."""

from pathlib import Path

from csp.constants import NONE, SELF

from mipex_site import env

# --- Places ------------------------------------------------------------------------------
BASE_DIR = Path(__file__).resolve().parents[2]
DEPLOYMENT = env.text("DJANGO_SETTINGS_MODULE").rpartition(".")[2]
# All that a deployment writes lies in one folder. The one of `local` is called data, for it is
# somebody's lasting portal.
VAR = env.folder("PORTAL_VAR", BASE_DIR / "var" / {"local": "data"}.get(DEPLOYMENT, DEPLOYMENT))
EDITIONS_ROOT = env.folder("PORTAL_EDITIONS", VAR / "editions")
MEDIA_ROOT = VAR / "media"
STATIC_ROOT = VAR / "static"

# --- Apps and the way of a request -------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "import_export",
    "simple_history",
    "django_htmx",
    "csp",
    "mipex_site.base",
    "mipex_site.audit",
    "mipex_site.accounts",
    "mipex_site.mail",
    "questionnaire",
    "review",
    "scoring",
    "editions",
    "mipex_site.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # First of ours: a deadline is compared with the moment in which the request came in.
    "mipex_site.base.middleware.ClockMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page is closed to strangers unless it says login_not_required.
    "mipex_site.accounts.middleware.SignedInMiddleware",
    "mipex_site.accounts.middleware.ZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "mipex_site.audit.middleware.ActingMiddleware",
    "mipex_site.base.middleware.RefusalMiddleware",
    # Last: it hears a refusal before that becomes a page.
    "mipex_site.audit.middleware.AttemptMiddleware",
]
ROOT_URLCONF = "mipex_site.urls"
WSGI_APPLICATION = "mipex_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mipex_site.desk.context.navigation",
            ],
        },
    },
]
DEBUG = False
# Says on every page and in every file that opinions and rulings are invented.
DEMONSTRATION = False

# --- Data --------------------------------------------------------------------------------
USE_POSTGRES = env.flag("USE_POSTGRES", default=False)
DATABASES = {"default": env.postgres() if USE_POSTGRES else env.sqlite(VAR / "portal.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "desk:work"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}

# --- Languages and time ------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files ------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "mipex_site.base.storage.NamedByContent"},
}

# --- Security ----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "mipex_site.base.handlers.stale_form"

# --- History, spreadsheets and forms -----------------------------------------------------
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
# An address typed without a scheme is https; from Django 6.0 on this is the only way.
FORMS_URLFIELD_ASSUME_HTTPS = True

# --- Work done later: Celery -------------------------------------------------------------
# The truth about a job is its row. A message only says "look", so none needs an answer, and
# one that comes twice or is lost does no harm.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "timed-tasks")

# --- Integrations: one on/off name each, everything else required when on ----------------
USE_REDIS = env.flag("USE_REDIS", default=False)
REDIS_URL = env.text("REDIS_URL") if USE_REDIS else ""
if USE_REDIS:
    CELERY_BROKER_URL = REDIS_URL
    # kombu looks for messages of dead workers every interval x throttle seconds.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
        },
    }
else:
    QUEUE = env.folder("PORTAL_QUEUE", VAR / "queue")
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT = "mipex_site.broker:Transport"
    # One folder for both ways: what a web process puts in is what a worker takes out.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE / "in"),
        "data_folder_out": str(QUEUE / "in"),
        "processed_folder": str(QUEUE / "processed"),
        "control_folder": str(QUEUE / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
    for name in ("in", "processed", "control"):
        (QUEUE / name).mkdir(exist_ok=True)
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR / "cache",
        },
    }

USE_SMTP = env.flag("USE_SMTP", default=False)
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "portal@example.org")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if USE_SMTP:
    EMAIL_HOST = env.text("SMTP_HOST")
    EMAIL_PORT = env.number("SMTP_PORT", 587)
    EMAIL_HOST_USER = env.text("SMTP_USER", "")
    EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
    EMAIL_USE_TLS = env.flag("SMTP_STARTTLS", default=True)
else:
    # A file a letter. What a portal without a mail server would have sent can be read there.
    EMAIL_BACKEND = "mipex_site.mail.services.folder.FolderBackend"
    EMAIL_FILE_PATH = VAR / "mail"
# How long a mail server may take to answer, in seconds.
EMAIL_TIMEOUT = env.number("SMTP_TIMEOUT_SECONDS", 30)
# Where readers of a letter find the portal: scheme and host, with no stroke at the end.
PORTAL_ADDRESS = env.text("PORTAL_ADDRESS", "http://127.0.0.1:8000").rstrip("/")

# --- House numbers: every tunable of the domain, named, with its unit --------------------
# A run or a build whose heartbeat is older than this is taken over by another worker.
SCORE_RUN_STALE_SECONDS = env.number("SCORE_RUN_STALE_SECONDS", 15)
BUILD_STALE_SECONDS = env.number("BUILD_STALE_SECONDS", 15)
# How often a running job renews its heartbeat; far below the two numbers above.
HEARTBEAT_SECONDS = env.number("HEARTBEAT_SECONDS", 2)
# How long one question takes its expert, in minutes: what the time that is left is made of.
MINUTES_PER_QUESTION = env.number("MINUTES_PER_QUESTION", 12)
MINUTES_PER_CONFIRMATION = env.number("MINUTES_PER_CONFIRMATION", 3)
MINUTES_PER_RETURNED = env.number("MINUTES_PER_RETURNED", 10)
# Files of sources and their links. Zero links a minute switches the checking off.
FILE_LIMIT_MB = env.number("FILE_LIMIT_MB", 20)
WORKBOOK_LIMIT_MB = env.number("WORKBOOK_LIMIT_MB", 5)
LINKS_A_MINUTE = env.number("LINKS_A_MINUTE", 5)
LINK_TIMEOUT_SECONDS = env.number("LINK_TIMEOUT_SECONDS", 10)
LINK_STALE_SECONDS = env.number("LINK_STALE_SECONDS", 300)
# After how long a rest a draft that is complete becomes an answer by itself, in seconds.
QUIET_SECONDS = env.number("QUIET_SECONDS", 600)
# Mail: how often a letter is tried, how many leave in a minute, after how long a silence a
# letter that was being sent is left to a coordinator, and from when on waiting is an alarm.
MAIL_ATTEMPTS = env.number("MAIL_ATTEMPTS", 8)
MAIL_A_MINUTE = env.number("MAIL_A_MINUTE", 120)
MAIL_STALE_SECONDS = env.number("MAIL_STALE_SECONDS", 300)
MAIL_STUCK_MINUTES = env.number("MAIL_STUCK_MINUTES", 30)
