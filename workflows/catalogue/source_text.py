"""The official document as text: cells between tabs, quotes mean nothing, pages repeat their header."""

import re
from collections.abc import Iterator
from pathlib import Path

from config.i18n import gettext as _
from models.errors import BadInput, Problem
from workflows.catalogue.findings import Findings
from workflows.catalogue.rows import Row

TEXT_LIMIT_BYTES = 20_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MOST_CELLS = 100  # more in a line only say that the file is no catalogue
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: Path, data: bytes) -> str:
    """The text of a file, lines ended by LF, byte order mark removed.

    Raises BadInput when it is empty, too long, binary, or not in UTF-8.
    """
    if data.startswith(_UTF16):
        raise _bad(path, _("texte en UTF-16 : enregistrez-le en UTF-8."))
    if b"\0" in data[:TEXT_LIMIT_BYTES]:
        raise _bad(path, _("fichier binaire ; attendu : texte, CSV, XLSX, YAML ou JSON."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(
            path,
            _(
                "l’octet {byte} n’est pas de l’UTF-8 : le fichier est sans doute en Windows-1252 ou "
                "latin-1. Enregistrez-le en UTF-8."
            ).format(byte=f"0x{data[error.start]:02X}"),
            line=data.count(b"\n", 0, error.start) + 1,
        ) from error
    if not text.strip():
        raise _bad(path, _("le fichier est vide."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def text_rows(text: str, findings: Findings) -> Iterator[Row]:
    """Each line of `text` as cells. Control characters are noted as problems; raises nothing."""
    for line, content in enumerate(text.split("\n"), start=1):
        check_characters(content, line, findings)
        yield Row(line, list(content.split("\t", _MOST_CELLS)))


def check_characters(content: str, line: int | None, findings: Findings) -> None:
    """Note characters that no text holds, such as an escape sequence. Raises nothing."""
    if match := _CONTROL.search(content):
        text = _("caractère de commande U+{code} au milieu du texte : retirez-le.")
        findings.problem(text.format(code=f"{ord(match[0]):04X}"), line)


def _bad(path: Path, text: str, line: int | None = None) -> BadInput:
    return BadInput([Problem(text, file=path.name, line=line)])
