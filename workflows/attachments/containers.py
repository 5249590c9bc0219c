"""Looking into a document that is a zip, without letting it fill the memory or the disk."""

import io
import zipfile
import zlib
from typing import NamedTuple

from config.i18n import gettext as _
from models.errors import BadInput
from workflows.attachments.kinds import Kind


class Limits(NamedTuple):
    """How far a container may unfold."""

    members: int = 3000
    inflated: int = 100 * 1024 * 1024  # bytes, all members together
    head: int = 64 * 1024  # bytes read of the part that says what it is


LIMITS = Limits()
CHUNK = 64 * 1024
ENCRYPTED = 0x1  # general purpose flag of a member


def check_container(name: str, content: bytes, kind: Kind, limits: Limits = LIMITS) -> None:
    """Read every member to its end, in small pieces, within `limits`.

    Raises `BadInput` when it is damaged, protected, unfolds too far, holds macros, or is not of `kind`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            members = opened.infolist()
            _check_listing(name, members, limits)
            head = _read_all(name, opened, members, kind, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        said = _("« {name} » est abîmé : ouvrez-le, enregistrez-le de nouveau, puis renvoyez-le.")
        raise BadInput(said.format(name=name)) from error
    if kind.main is None or kind.main[1] not in head:
        said = _("« {name} » n’est pas le document que son nom annonce : enregistrez-le en PDF.")
        raise BadInput(said.format(name=name))


def _check_listing(name: str, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members or sum(m.file_size for m in members) > limits.inflated:
        raise BadInput(_too_far(name))
    if any(member.flag_bits & ENCRYPTED for member in members):
        said = _("« {name} » est protégé par un mot de passe : enregistrez-le sans, ou en PDF.")
        raise BadInput(said.format(name=name))
    if any(_is_macro(member.filename) for member in members):
        said = _("« {name} » contient des macros, qui sont refusées : enregistrez-le en PDF.")
        raise BadInput(said.format(name=name))


def _is_macro(member: str) -> bool:
    plain = member.replace("\\", "/").lower()
    return plain.endswith("vbaproject.bin") or plain.startswith(("basic/", "scripts/"))


def _read_all(
    name: str,
    opened: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    kind: Kind,
    limits: Limits,
) -> bytes:
    """The beginning of the part that says what the document is; what a header claims is not believed."""
    head, inflated = b"", 0
    for member in members:
        telling = kind.main is not None and member.filename == kind.main[0]
        with opened.open(member) as stream:
            while chunk := stream.read(CHUNK):
                inflated += len(chunk)
                if inflated > limits.inflated:
                    raise BadInput(_too_far(name))
                if telling and len(head) < limits.head:
                    head += chunk
    return head


def _too_far(name: str) -> str:
    said = _("« {name} » est démesuré une fois décompressé : enregistrez-le en PDF.")
    return said.format(name=name)
