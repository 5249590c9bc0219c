"""What a form brought, once it is sure that the form was ours."""

import hmac
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from config.i18n import gettext as _
from models.errors import BadInput, Problem
from web.access import Forbidden
from web.cookies import form_token

UNWRITTEN = {"token", "revision", "key", "back", "do", "kind", "ending", "intent", "query", "fiche"}
FIELDS_AT_MOST, LONGEST = 1200, 20_000
ROOMY = 100_000  # read all the same where the page can say it at the field and give it back
BIGGEST = 2**63 - 1  # what a database takes for a number


class StaleForm(Forbidden):
    """The form does not carry the token of whoever sends it: they signed in again, or it was not ours."""


class Form:
    """The fields of a posted form, as text without what people add around."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def text(self, name: str, default: str = "", most: int = LONGEST) -> str:
        """The field, stripped; `default` when it is not there. Raises `BadInput` when it is too long."""
        value = self._data.get(name, default)
        if isinstance(value, UploadFile):
            return default
        if len(value) > most:
            raise BadInput(too_long(value))
        return value.strip()

    def prose(self, name: str, faults: list[Problem]) -> str:
        """What is written at length, whole; when it is too long, `faults` says so at its field.

        Raises `BadInput` when it is too long even to be given back.
        """
        text = self.text(name, most=ROOMY)
        if len(text) > LONGEST:
            faults.append(Problem(too_long(text), column=name))
        return text

    def reason(self) -> str:
        """The reason that a form asks for; raises `BadInput`, at its field, when it is too long."""
        faults: list[Problem] = []
        text = self.prose("reason", faults)
        if faults:
            raise BadInput(faults)
        return text

    def texts(self, name: str) -> list[str]:
        """Every value of a field that may come several times."""
        return [value.strip() for value in self._data.getlist(name) if isinstance(value, str)]

    def number(self, name: str) -> int | None:
        """The number that a list put in a field, None when it is empty; raises `BadInput`."""
        text = self.text(name)
        if text and not (text.isdecimal() and int(text) <= BIGGEST):
            raise BadInput(_("Choisissez une ligne de la liste."))
        return int(text) if text else None

    def uploads(self, name: str) -> list[UploadFile]:
        """The files of a field."""
        return [value for value in self._data.getlist(name) if isinstance(value, UploadFile)]

    def starting(self, prefix: str, most: int = LONGEST) -> dict[str, str]:
        """The fields whose name starts so, by what follows; raises `BadInput` as `text` does."""
        names = (name for name in self._data if name.startswith(prefix))
        return {name.removeprefix(prefix): self.text(name, most=most) for name in names}


def too_long(text: str, most: int = LONGEST) -> str:
    """What is said of a text that is longer than it may be."""
    said = _("Ce texte a {count} caractères ; au plus {most} : raccourcissez-le.")
    return said.format(count=len(text), most=most)


def written_in(request: Request) -> str:
    """What somebody wrote in a form of ours that could not be taken in, to be copied; raises nothing.

    Nothing where the browser does not say that the form was ours: no other site makes our page speak.
    """
    brought: FormData | None = getattr(request.state, "brought", None)
    if brought is None or request.headers.get("sec-fetch-site") != "same-origin":
        return ""
    said = (
        value.strip()
        for name, value in brought.multi_items()
        if name not in UNWRITTEN and isinstance(value, str)
    )
    return "\n\n".join(text for text in said if text)[:ROOMY]


async def posted(request: Request) -> Form:
    """The form; raises `StaleForm` when it does not carry the token that our pages give."""
    return checked(request, await request.form(max_files=0, max_fields=FIELDS_AT_MOST))


def checked(request: Request, data: FormData) -> Form:
    """The form as it came; raises `StaleForm` when it does not carry the token that our pages give."""
    token = data.get("token")
    request.state.brought = data
    if not isinstance(token, str) or not hmac.compare_digest(
        token.encode(), form_token(request).encode()
    ):
        raise StaleForm(
            _("Ce formulaire n’est plus valable : revenez à la page, rechargez-la, recommencez.")
        )
    return Form(data)


Posted = Annotated[Form, Depends(posted)]
