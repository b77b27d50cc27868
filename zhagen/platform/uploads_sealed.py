"""Uploads stay in memory: no plain byte of a bid, a photo or an import reaches a temporary file.

Django writes any upload above 2.5 MB to disk. A sealed bid must not lie there in plain, not even deleted, so
this is the one upload handler of the site. What a request sends beyond the limit is counted and thrown away.
"""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from zhagen.core.errors import RuleError

MEBIBYTE = 1024 * 1024
MOST_BYTES = 60 * MEBIBYTE
"""Most that all files of one request may have together; eight threads then hold 480 MB at the very worst."""


class TooLargeUpload(InMemoryUploadedFile):
    """A file beyond the limit: its size is true, its content was thrown away."""

    def read(self, *args: int) -> bytes:
        """Refuse.

        Raises:
            RuleError: "upload.too_large".
        """
        raise RuleError("upload.too_large", mebibytes=-(-self.size // MEBIBYTE), most=MOST_BYTES // MEBIBYTE)

    def chunks(self, chunk_size: int | None = None) -> Any:
        """Refuse, as `read` does."""
        return iter([self.read()])


class MemoryOnlyUploadHandler(FileUploadHandler):
    """Keeps every file of a request in memory, up to a limit over all of them."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Start the count of a request."""
        self._kept = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start a file."""
        super().new_file(*args, **kwargs)
        self._file: BytesIO | None = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or throw the file away once the request holds too much."""
        if self._file is None:
            return
        self._kept += len(raw_data)
        if self._kept > MOST_BYTES:
            self._kept -= self._file.tell() + len(raw_data)
            self._file = None
        else:
            self._file.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand the file to the form."""
        kind = InMemoryUploadedFile if self._file is not None else TooLargeUpload
        file = self._file or BytesIO()
        file.seek(0)
        about = (self.field_name, self.file_name, self.content_type, file_size)
        return kind(file, *about, self.charset, self.content_type_extra)
