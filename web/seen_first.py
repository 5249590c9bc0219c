"""What is shown before it is done: the same form, read twice, and done only once it was confirmed."""

from collections.abc import Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.errors import JalonError
from web.forms import Form
from web.visit import Visit, acting, looking, trying

SEE_OTHER = 303


class Wanted(Protocol):
    """What a form asks; done in the visit's transaction, which is kept or only tried."""

    def done_by(self, visit: Visit) -> Any:
        """Do it; raises `BadInput`, `NotFound`, `Refused`."""


class Page(Protocol):
    """The page of the form: what was typed, and what is wrong with it."""

    def __call__(self, visit: Visit, *, form: Form, error: JalonError) -> Response: ...


def seen_first(
    request: Request,
    form: Form,
    read: Callable[[Form], Wanted],
    foresee: Callable[[Visit, Any], dict[str, Any]],
    *,
    page: Page,
    template: str,
    address: str,
) -> Response:
    """What would follow, in `template`; then, confirmed, do it and go back to `address`.

    What cannot be done is told on `page`, with what was typed. Raises nothing of it.
    """
    try:
        wanted = read(form)
        if form.text("confirmed") == "yes":
            with acting(request) as visit:
                wanted.done_by(visit)
            return RedirectResponse(f"{address}?fait=oui", SEE_OTHER)
        with trying(request) as visit:
            then = foresee(visit, wanted)
    except JalonError as error:
        with looking(request) as visit:
            return page(visit, form=form, error=error)
    with looking(request) as visit:
        return visit.page(template, wanted=wanted, **then)
