"""Our own style, script and icon, and the theme of the installation: nothing comes from elsewhere."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from config.i18n import gettext as _
from models.errors import NotFound
from web.templating import STATIC

router = APIRouter()
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
FOR_GOOD = "public, max-age=31536000, immutable"  # the address changes with the content
AN_HOUR = "public, max-age=3600"
_HARMLESS = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # an image, even if opened alone
)


@router.get("/static/{name}", name="static")
def static(name: str, v: str = "") -> Response:
    """A file of ours."""
    path = STATIC / name
    if path.suffix not in KINDS or path.parent != STATIC or not path.is_file():
        raise NotFound(_("Ce fichier n’existe pas."))
    return FileResponse(
        path,
        media_type=KINDS[path.suffix],
        headers={"Cache-Control": FOR_GOOD if v else AN_HOUR},
    )


@router.get("/theme/{name}", name="theme")
def theme(request: Request, name: str) -> Response:
    """The sheet or the logo of the installation."""
    own = request.app.state.theme
    path = {"style.css": own.style, "logo": own.logo}.get(name)
    if path is None:
        raise NotFound(_("Ce fichier n’existe pas."))
    headers = {"Cache-Control": AN_HOUR}
    if path.suffix == ".svg":
        headers["Content-Security-Policy"] = _HARMLESS
    return FileResponse(path, media_type=KINDS[path.suffix], headers=headers)
