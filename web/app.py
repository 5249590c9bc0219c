"""The web application: its routes, what holds for all of them, the theme of this installation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI

from config.settings import Settings
from web import health, returned
from web.api import router as api
from web.cookies import is_secure
from web.errors import catch_errors
from web.limits import Limits
from web.pages import (
    agents,
    amending,
    answer_links,
    answers,
    applications,
    bulk,
    calls,
    closures,
    committees,
    directory,
    drafts,
    files,
    home,
    lists,
    mail,
    mail_templates,
    mine,
    moves,
    organisations,
    payments,
    people,
    pilot,
    preferences,
    reminders,
    reports,
    sheets,
    signing_in,
    stopping,
    team_amending,
    tokens,
    visits,
    watching,
    webhooks,
)
from web.security import Guarded

PAGES = (  # each has a `router`
    files,
    signing_in,
    agents,
    visits,
    home,
    lists,
    bulk,
    applications,
    moves,
    payments,
    team_amending,
    mail_templates,  # before: its addresses are no numbers
    mail,
    reminders,
    sheets,
    directory,
    people,
    organisations,
    closures,
    committees,
    watching,
    tokens,
    webhooks,
    calls,
    drafts,
    mine,
    amending,
    reports,
    pilot,
    answer_links,
    answers,
    preferences,
    stopping,
)


@dataclass(frozen=True, slots=True)
class Theme:
    """What an installation adds to our look: a sheet, a logo; None is ours alone."""

    style: Path | None = None
    logo: Path | None = None


def create_app(
    settings: Settings,
    clock: Callable[[], datetime],
    wake_mail: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The application of these settings; `wake_mail` is called when a mail must not wait its turn.

    Raises `ConfigError` for a public address that is neither https nor this machine.
    """
    app = FastAPI(
        title="Jalon", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.state.settings, app.state.clock, app.state.wake_mail = settings, clock, wake_mail
    app.state.limits = Limits(settings)
    app.state.secure = is_secure(settings)
    app.state.theme = theme_of(settings)
    for router in (
        health.router,
        returned.router,
        api.about,
        api.router,
        *(page.router for page in PAGES),
    ):
        app.include_router(router)
    catch_errors(app)
    app.add_middleware(Guarded, secure=app.state.secure, provider=settings.oidc_issuer)
    return app


def theme_of(settings: Settings) -> Theme:
    """The files of the theme that are there."""
    if settings.theme is None:
        return Theme()
    style, *logos = (settings.theme / name for name in ("theme.css", "logo.svg", "logo.png"))
    logo = next((path for path in logos if path.is_file()), None)
    return Theme(style if style.is_file() else None, logo)
