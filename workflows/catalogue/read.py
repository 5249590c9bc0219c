"""Reading a catalogue file, whatever its format: the document, and every oddity met on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from config.i18n import gettext as _
from config.organisations import Directory, shipped_directory
from models.errors import BadInput, Problem
from models.schemas.catalogue import CatalogueDoc
from workflows.catalogue.assemble import assemble
from workflows.catalogue.draft import Draft
from workflows.catalogue.findings import Findings, Oddity
from workflows.catalogue.oddities import oddities_of
from workflows.catalogue.rows import read_rows
from workflows.catalogue.source_text import TEXT_LIMIT_BYTES, read_text, text_rows

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class ReadResult(NamedTuple):
    """A catalogue that was understood, and what was odd in it."""

    document: CatalogueDoc
    oddities: list[Oddity]


def shipped_for(code: str) -> Directory:  # noqa: ARG001 # one list serves every contract
    """The organisations that ship with Jalon. Raises nothing."""
    return shipped_directory()


def read_catalogue(
    path: Path, directory_for: Callable[[str], Directory] = shipped_for
) -> ReadResult:
    """The catalogue in a text, CSV, XLSX, YAML or JSON file; its content decides more than its name.

    `directory_for` gives the organisations known for a contract's code. Raises
    BadInput, every problem named by line and column, when the file is not a
    catalogue or holds an unknown pilot, a number malformed, met twice or under
    the wrong enjeu, a wrong count of cells or a bad flag.
    """
    findings = Findings(path.name)
    draft = _draft(path, findings)
    directories: list[Directory] = []

    def remember(code: str) -> Directory:
        directories.append(directory_for(code))
        return directories[0]

    document = assemble(draft, remember, findings)
    oddities = [*findings.oddities, *oddities_of(draft, document, directories[0])]
    return ReadResult(document, sorted(oddities, key=lambda oddity: oddity.line or 0))


def _draft(path: Path, findings: Findings) -> Draft:
    data = _bytes(path)
    if data.startswith(_ZIP):
        from workflows.catalogue.tables import xlsx_rows

        return read_rows(xlsx_rows(path, findings), findings)
    if data.startswith(_OLD_EXCEL):
        text = _(
            "ancien format Excel ou classeur protégé : enregistrez-le en « .xlsx », sans mot de passe."
        )
        raise BadInput([Problem(text, path.name)])
    return _draft_of_text(path, read_text(path, data), findings)


def _draft_of_text(path: Path, text: str, findings: Findings) -> Draft:
    kind = path.suffix.lower()
    if kind == ".json" or text.lstrip().startswith("{"):
        from workflows.catalogue.yaml_file import read_json

        return read_json(path, text, findings)
    if kind in {".yaml", ".yml"}:
        from workflows.catalogue.yaml_file import read_yaml

        return read_yaml(path, text, findings)
    if kind == ".csv" or "\t" not in text:
        from workflows.catalogue.tables import csv_rows

        return read_rows(csv_rows(text, findings), findings)
    return read_rows(text_rows(text, findings), findings)


def _bytes(path: Path) -> bytes:
    """The file's content. Raises BadInput when it is missing, not a file, too long or closed to us."""
    try:
        if not path.is_file():
            text = _("ce n’est pas un fichier.") if path.exists() else _("ce fichier n’existe pas.")
        elif path.stat().st_size > TEXT_LIMIT_BYTES:
            limit = TEXT_LIMIT_BYTES // 1_000_000
            text = _("fichier de plus de {limit} Mo ; un catalogue en fait bien moins.").format(
                limit=limit
            )
        else:
            return path.read_bytes()
    except OSError as error:
        text = _("fichier illisible ({detail}).").format(detail=error.strerror)
    raise BadInput([Problem(text, str(path))])
