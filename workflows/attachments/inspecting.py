"""What a file really is: its content decides, its name must agree."""

import hashlib
from typing import NamedTuple

from config.i18n import gettext as _
from models.errors import BadInput
from workflows.attachments.containers import check_container
from workflows.attachments.kinds import BY_EXTENSION, KINDS, Kind, accepted
from workflows.attachments.naming import clean_name, extension_of, last_part

MEGABYTE = 1_000_000
_SHOWN = 80
CONTAINERS = {"application/zip"} | {kind.media_type for kind in KINDS if kind.main}


class Inspected(NamedTuple):
    """A file that may be kept: cleaned name, type, bytes, digest."""

    name: str
    media_type: str
    content: bytes
    sha256: str


def inspect(name: str, content: bytes, *, most_bytes: int) -> Inspected:
    """The file, once its size, its content and its name agree with what is taken.

    Raises `BadInput`, in one sentence that says what to do.
    """
    told = "".join(c for c in last_part(name) if c.isprintable())[:_SHOWN]
    if not content:
        raise BadInput(_("« {name} » est vide : choisissez un autre fichier.").format(name=told))
    check_size(told, len(content), most_bytes)
    kind = BY_EXTENSION.get(extension_of(name))
    if kind is None:
        said = _("« {name} » : ce type de fichier n’est pas accepté ; envoyez un fichier {kinds}.")
        raise BadInput(said.format(name=told, kinds=accepted()))
    if not _agrees(content, kind):
        said = _("« {name} » n’est pas le document que son nom annonce : enregistrez-le en PDF.")
        raise BadInput(said.format(name=told))
    if kind.main is not None:
        check_container(told, content, kind)
    digest = hashlib.sha256(content).hexdigest()
    return Inspected(clean_name(name, kind.extensions[0]), kind.media_type, content, digest)


def check_size(name: str, size: int, most_bytes: int) -> None:
    """Raises `BadInput` when a file is larger than what is taken."""
    if size > most_bytes:
        said = _("« {name} » est trop lourd : {size} Mo au plus par fichier.")
        raise BadInput(said.format(name=name, size=most_bytes // MEGABYTE))


def _agrees(content: bytes, kind: Kind) -> bool:
    """Whether the first bytes are those of this kind, or of a container that is to be looked into."""
    import puremagic

    try:
        matches = puremagic.magic_string(content)
    except puremagic.PureError:
        return False
    told = {match.mime_type for match in matches if match.confidence == matches[0].confidence}
    return kind.media_type in told or (kind.main is not None and bool(told & CONTAINERS))
