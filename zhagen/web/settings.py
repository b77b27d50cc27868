"""Settings: everything an office may change comes from the environment or from its data home.

One database for business data, a second throw-away file for sessions, counters and cache, so that
they never queue behind an award.
"""

import os
from pathlib import Path

import bootstrap_wrapper

from zhagen.platform.home import data_home, database_from_url, secret_from
from zhagen.platform.sqlite import swap

swap.install()

PACKAGE = Path(__file__).resolve().parent.parent
HOME = data_home()
"""Folder of everything that belongs to this office: database, evidence, keys, own templates."""

DEBUG = os.environ.get("ZHAGEN_DEBUG") == "1"
SECRET_KEY = secret_from(HOME / "keys" / "app-secret")
ALLOWED_HOSTS = os.environ.get("ZHAGEN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZHAGEN_ORIGINS", "").split(",") if o]
SITE_ADDRESS = CSRF_TRUSTED_ORIGINS[0] if CSRF_TRUSTED_ORIGINS else "http://127.0.0.1:8000"
"""What mails and QR codes say the address of this site is."""
CLIENT_ADDRESS_HEADER = os.environ.get("ZHAGEN_CLIENT_ADDRESS_HEADER", "")
"""Header in which the proxy names the caller; empty without a proxy, so that nobody can pretend an address."""
IS_HTTPS = bool(CSRF_TRUSTED_ORIGINS) and all(o.startswith("https://") for o in CSRF_TRUSTED_ORIGINS)

INSTALLED_APPS = [
    "zhagen.platform.apps.PlatformConfig",
    "zhagen.audit",
    "zhagen.parties",
    "zhagen.community",
    "zhagen.procurement",
    "zhagen.delivery",
    "zhagen.integrity",
    "zhagen.policy",
    "zhagen.web",
    "django_htmx",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "zhagen.web.middleware.policy_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhagen.web.middleware.actor",
    "zhagen.web.second_factor.second_factor",
    "zhagen.web.middleware.one_request_once",
    "zhagen.web.middleware.rule_errors",
]

ROOT_URLCONF = "zhagen.web.urls"
WSGI_APPLICATION = "zhagen.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhagen.web.context.every_page",
            ],
            "builtins": ["zhagen.platform.templatetags.zhagen"],
        },
    }
]

DATABASES = {
    "default": database_from_url(os.environ.get("ZHAGEN_DATABASE_URL", ""), HOME),
    "throwaway": {
        "ENGINE": "zhagen.platform.sqlite",
        "NAME": str(HOME / "throwaway.sqlite3"),
        "CONN_MAX_AGE": 600,
        "TEST": {"NAME": ":memory:", "MIGRATE": False},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
        },
    },
}
DATABASE_ROUTERS = ["zhagen.web.routers.ThrowawayRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {
            "MAX_ENTRIES": 20_000
        },  # at Django's 300 a crowd of callers would wipe each other's counters
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "ENQUEUE_ON_COMMIT": False,
        "QUEUES": ["default", "slow"],
    }
}

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_LENGTH = 10
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LENGTH},
    }
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "zhagen.web.accounts.InvitationOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
IS_FORWARDED_FOR = CLIENT_ADDRESS_HEADER.lower() == "x-forwarded-for"
ALLAUTH_TRUSTED_PROXY_COUNT = int(IS_FORWARDED_FOR)
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = None if IS_FORWARDED_FOR else CLIENT_ADDRESS_HEADER or None
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/300s/key"}
ACCOUNT_EMAIL_NOTIFICATIONS = False
MFA_ADAPTER = "zhagen.web.accounts.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "扎根 Zhagen"
MFA_TOTP_TOLERANCE = 1  # RFC 6238 5.2: one step for a slow clock or a slow hand

EMAIL_BACKEND = os.environ.get("ZHAGEN_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = HOME / "outbox"
EMAIL_HOST = os.environ.get("ZHAGEN_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("ZHAGEN_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("ZHAGEN_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("ZHAGEN_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("ZHAGEN_EMAIL_TLS") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("ZHAGEN_EMAIL_FROM", "zhagen@localhost")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [HOME / "locale"]
"""The English of all parts, compiled at start; see `zhagen.platform.translations`."""
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
BOOTSTRAP = Path(bootstrap_wrapper.__file__).resolve().parent.parent / "bootstrap"
STATICFILES_DIRS = [("bootstrap", BOOTSTRAP / "css")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["zhagen.platform.uploads_sealed.MemoryOnlyUploadHandler"]

SILENCED_SYSTEM_CHECKS = ["models.W042"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ZHAGEN_LOG_LEVEL", "WARNING")},
}
