"""A file that was chosen once: the page carries it on, so that its next button need not ask for it again.

The file goes back to the browser inside the page and comes again with the form; nothing is stored, and it is read
and checked anew like any upload.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

MOST_BYTES = 2 * 1024 * 1024
"""What a page may carry; a larger file has to be chosen again. Well below the limit of a form's fields."""


def carried(content: bytes) -> str:
    """Return a file as the hidden field of a page holds it; empty if it is too large."""
    return base64.b64encode(content).decode() if len(content) <= MOST_BYTES else ""


class KeptFileInput(forms.FileInput):
    """A file input that also takes what the page carried in `<name>_kept`."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return the file that was chosen now, else the one that was carried on."""
        chosen = super().value_from_datadict(data, files, name)
        kept = data.get(f"{name}_kept", "")
        if chosen is not None or not kept:
            return chosen
        try:
            return SimpleUploadedFile(name, base64.b64decode(kept, validate=True))
        except (binascii.Error, ValueError):
            return None


class KeptFileField(forms.FileField):
    """A file that may come from the page itself the second time."""

    widget = KeptFileInput
