"""Mails kept in files: one message, an mbox, a Maildir or a folder of messages."""

import mailbox
from pathlib import Path

from config.i18n import gettext as _
from models.errors import BadInput

LARGEST = 50_000_000  # bytes of one file


def mails_in(place: Path) -> list[bytes]:
    """Every mail there, whole; raises `BadInput` when there is no such place, or it is too large."""
    if place.is_dir():
        if (place / "new").is_dir() and (place / "cur").is_dir():
            box = mailbox.Maildir(place, create=False)
            return [box.get_bytes(key) for key in sorted(box.keys())]
        return [_read(path) for path in sorted(place.iterdir()) if path.is_file()]
    content = _read(place)
    if not content.startswith(b"From "):
        return [content]
    boxed = mailbox.mbox(place, create=False)
    try:
        return [boxed.get_bytes(key) for key in boxed.keys()]  # noqa: SIM118 # it is no dictionary
    finally:
        boxed.close()


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size <= LARGEST:
            return path.read_bytes()
    except OSError as error:
        text = _("« {path} » ne se lit pas : {detail}.")
        raise BadInput(text.format(path=path, detail=error.strerror)) from error
    raise BadInput(
        _("« {path} » dépasse {size} Mo : découpez-le.").format(
            path=path, size=LARGEST // 1_000_000
        )
    )
