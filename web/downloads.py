"""A file given back as it came: a download, never a page of ours, whatever it holds."""

from collections.abc import Iterator
from urllib.parse import quote

from starlette.responses import StreamingResponse

from models import Attachment
from models.session import reading
from workflows.attachments.keeping import parts_of

# Even opened on its own, a file runs nothing, sends nothing, and is not ours for other pages.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def download(url: str, file: Attachment) -> StreamingResponse:
    """The file as an attachment, one part in memory at a time."""
    plain = file.name.encode("ascii", "replace").decode().replace("?", "_")
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"
    headers = {**_HEADERS, "Content-Disposition": said, "Content-Length": str(file.size)}
    return StreamingResponse(_parts(url, file.id), media_type=file.media_type, headers=headers)


def _parts(url: str, number: int) -> Iterator[bytes]:
    """Read in a transaction of its own: the page's has ended when the answer leaves."""
    with reading(url) as session:
        yield from parts_of(session, number)
