"""The platform as a Django app."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from zhagen.platform.translations import compile_if_stale


class PlatformConfig(AppConfig):
    """Registers page checks; loads every app's reaches and after-effects at start."""

    name = "zhagen.platform"
    label = "platform"

    def ready(self) -> None:
        """Load what registers itself by name: access, tasks, due, desk and links of each app."""
        import zhagen.platform.pages  # noqa: F401 - registers the start-up check

        compile_if_stale(Path(settings.LOCALE_PATHS[0]))
        autodiscover_modules("access", "tasks", "due", "desk", "links")
