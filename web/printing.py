"""Sheets to print: a template of ours made into a PDF, which loads nothing from anywhere."""

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from config.i18n import gettext as _
from config.i18n import language
from models.errors import Unavailable
from web.templating import STATIC, environment

if TYPE_CHECKING:
    from weasyprint import Document


def sheet(template: str, name: str, values: dict[str, Any]) -> Response:
    """The PDF of that template, to be saved as `name`; raises `Unavailable` without Pango."""
    content = laid_out(template, values).write_pdf(pdf_variant="pdf/ua-1")
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=headers)


def laid_out(template: str, values: dict[str, Any]) -> "Document":
    """That template as pages; raises `Unavailable` without Pango."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetchingError
    except OSError as error:
        raise Unavailable(
            _(
                "Les fiches à imprimer demandent la bibliothèque Pango : sur Debian,"
                " « apt-get install libpangoft2-1.0-0 »."
            )
        ) from error

    def refuse(url: str, *_args: object, **_options: object) -> Any:
        raise URLFetchingError(url)

    html = environment().get_template(template).render(values | {"lang": language()})
    style = CSS(string=(STATIC / "print.css").read_text(encoding="utf-8"))
    return HTML(string=html, url_fetcher=refuse).render(stylesheets=[style], pdf_variant="pdf/ua-1")
