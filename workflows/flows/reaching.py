"""How a Prefect server that is not named, or does not answer, is told in words."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prefect.settings import PREFECT_API_URL

from config.i18n import gettext as _
from models.errors import Unavailable


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Raises `Unavailable` without a server's address, or when it does not answer."""
    address = PREFECT_API_URL.value()
    if not address:
        raise Unavailable(
            _(
                "Aucun serveur Prefect n’est nommé : donnez son adresse dans PREFECT_API_URL,"
                " comme http://127.0.0.1:4200/api."
            )
        )
    try:
        yield
    except (httpx.TransportError, httpx.HTTPStatusError) as error:
        raise Unavailable(
            _("Le serveur Prefect {address} ne répond pas ({detail}).").format(
                address=address, detail=str(error) or type(error).__name__
            )
        ) from error
