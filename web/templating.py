"""From a template and its values to a page: escaped, strict, translated, with what every page shows."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from config.i18n import gettext as _
from config.i18n import language
from config.labels import applicant_label, role_label, state_label, trigger_label
from notifications.formats import FILTERS, typographic
from notifications.wording import shortened
from web.cookies import form_token, keep_browser
from web.returning import address_of
from web.words import WORDS
from workflows.attachments.kinds import ACCEPT, accepted

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


@cache
def environment() -> Environment:
    """Jinja, set up once."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(_prose, _counted, newstyle=True)  # type: ignore[attr-defined] # added by the extension
    made.filters.update(FILTERS, state=state_label, role=role_label, trigger=trigger_label)
    made.filters.update(WORDS, applicant_state=applicant_label, shortened=shortened)
    made.globals.update(static=static_url, language=language, kinds=accepted, accept=ACCEPT)
    return made


def _prose(text: str) -> str:
    return typographic(_(text))


def _counted(one: str, several: str, count: int) -> str:
    return _prose(one if count < 2 else several)


@cache
def static_url(name: str) -> str:
    """The address of a file of ours, which changes when the file does."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def page(
    request: Request, template: str, values: dict[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """The page `template` for whoever asks; a form in it carries `token`."""
    shared = {
        "token": form_token(request),
        "theme": request.app.state.theme,
        "path": request.url.path,
        "me": None,
        "contract": None,
        "tabs": (),
        "foot": (),
        "read_again": address_of(request),
    }
    html = environment().get_template(template).render(shared | (values or {}))
    response = HTMLResponse(html, status)
    keep_browser(request, response)
    return response
