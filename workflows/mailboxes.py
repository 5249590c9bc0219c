"""Mails kept in files: one message, an mbox, a Maildir or a folder of messages. Nothing is changed there."""

import mailbox
from collections.abc import Iterator
from pathlib import Path

from config.i18n import gettext as _
from models.errors import BadInput

LARGEST = 50_000_000  # bytes of one file


def mails_in(place: Path) -> Iterator[bytes]:
    """Every mail there, whole; raises `BadInput` when there is no such place, or it is too large."""
    try:
        for path in _files_of(place):
            yield from _mails_of(path)
    except OSError as error:
        text = _("« {path} » ne se lit pas : {detail}.")
        raise BadInput(text.format(path=error.filename or place, detail=error.strerror)) from error


def _files_of(place: Path) -> list[Path]:
    if not place.is_dir():
        place.stat()
        return [place]
    parts = [place / "new", place / "cur"]
    folders = parts if all(part.is_dir() for part in parts) else [place]
    found = (path for folder in folders for path in folder.iterdir())
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def _mails_of(path: Path) -> Iterator[bytes]:
    try:
        content = _read(path)
    except FileNotFoundError:  # a mail program moved it since; the next reading finds it
        return
    if not content.startswith(b"From "):
        yield content
        return
    boxed = mailbox.mbox(path, create=False)
    try:
        for key in boxed.keys():  # noqa: SIM118 # it is no dictionary
            yield boxed.get_bytes(key)
    finally:
        boxed.close()


def _read(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        text = _("« {path} » dépasse {size} Mo : découpez-le.")
        raise BadInput(text.format(path=path, size=LARGEST // 1_000_000))
    return path.read_bytes()
