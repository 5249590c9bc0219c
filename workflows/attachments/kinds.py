"""Which files are taken, by what they hold; everything else is refused."""

from typing import NamedTuple

from config.i18n import gettext as _


class Kind(NamedTuple):
    """A type of file: its extensions (the first is ours), its media type, whether it is a zip inside.

    `main` is the part that a document of this kind must hold, with what must stand in it.
    """

    extensions: tuple[str, ...]
    media_type: str
    main: tuple[str, bytes] | None = None


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_TYPES = "[Content_Types].xml"


def _office(extension: str, family: str, main: str) -> Kind:
    declared = f"{_OOXML}{family}.{main}+xml".encode()
    return Kind((extension,), f"{_OOXML}{family}.{main.removesuffix('.main')}", (_TYPES, declared))


def _open_document(extension: str, what: str) -> Kind:
    return Kind((extension,), _ODF + what, ("mimetype", f"{_ODF}{what}".encode()))


KINDS = (
    Kind(("pdf",), "application/pdf"),
    Kind(("jpg", "jpeg"), "image/jpeg"),
    Kind(("png",), "image/png"),
    _office("docx", "wordprocessingml", "document.main"),
    _office("xlsx", "spreadsheetml", "sheet.main"),
    _open_document("odt", "text"),
    _open_document("ods", "spreadsheet"),
)
BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}
ACCEPT = ",".join(f".{extension}" for extension in BY_EXTENSION)


def accepted() -> str:
    """« PDF, JPG, PNG, DOCX, XLSX, ODT ou ODS »; raises nothing."""
    names = [kind.extensions[0].upper() for kind in KINDS]
    return _("{names} ou {last}").format(names=", ".join(names[:-1]), last=names[-1])
