"""Files in a posted form: counted and weighed before they are read, looked at before they are kept."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request

from config.i18n import gettext as _
from models.errors import BadInput, Problem
from web.forms import FIELDS_AT_MOST, Form, checked
from web.visit import settings_of
from workflows.attachments.inspecting import MEGABYTE, Inspected, inspect

FILES_AT_MOST = 5
BESIDE = MEGABYTE  # what the other fields may weigh, all together


async def posted_files(request: Request) -> AsyncIterator[Form]:
    """The form and its files, closed when the request is over.

    Raises `BadInput` when it is too heavy, `StaleForm` without its token.
    """
    most = settings_of(request).upload_megabytes
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > FILES_AT_MOST * most * MEGABYTE + BESIDE:
        said = _("L’envoi est trop lourd : au plus {count} fichiers de {size} Mo à la fois.")
        raise BadInput(said.format(count=FILES_AT_MOST, size=most))
    async with request.form(max_files=FILES_AT_MOST, max_fields=FIELDS_AT_MOST) as data:
        yield checked(request, data)


PostedFiles = Annotated[Form, Depends(posted_files)]


def inspected(request: Request, form: Form, name: str) -> list[Inspected]:
    """The files of a field that may be kept; raises `BadInput`, at that field, for those that may not."""
    most = settings_of(request).upload_megabytes * MEGABYTE
    taken, refused = [], []
    for file in filter(_chosen, form.uploads(name)):
        try:
            taken.append(inspect(file.filename or "", file.file.read(most + 1), most_bytes=most))
        except BadInput as error:
            refused += [Problem(problem.text, column=name) for problem in error.problems]
    if refused:
        raise BadInput(refused)
    return taken


def _chosen(file: UploadFile) -> bool:
    """Whether somebody chose a file: an empty field comes with no name."""
    return bool(file.filename)
