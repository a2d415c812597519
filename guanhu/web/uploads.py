"""Files that come with a form: taken at one address alone, of somebody signed in, and kept in memory only.

Django would take a file at every address and write a large one into a folder, open to read. Reliability A13, C1.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.urls import reverse

from guanhu.apps.people.policy import in_force

TAKEN_AT = "imports"
"""The name of the one address that takes files."""


class InMemory(FileUploadHandler):
    """Takes one file of the size a ledger may have; one that is larger is refused where it is looked at."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins: skipped, unread, where none is taken."""
        super().new_file(*args, **kwargs)
        session = getattr(self.request, "session", None)
        here = self.request is not None and self.request.path_info == reverse(TAKEN_AT)
        if not here or session is None or not session.get(SESSION_KEY):
            raise SkipFile
        self.kept, self.most = BytesIO(), in_force().ledger_bytes

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A stretch of it; of what is too large one byte more than there may be, so that it is known to be."""
        self.kept.write(raw_data[: max(0, self.most + 1 - start)])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        """The file, when all of it has come."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name or "", self.content_type, self.kept.getbuffer().nbytes,
            self.charset, self.content_type_extra,
        )  # fmt: skip
