"""What holds for every route of the API: who calls is checked first, errors are told as problems."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models.program import Scope
from web.api.credentials import check
from web.api.problems import TooLarge, problem

LARGEST = 1_000_000  # bytes
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
VARY = "Authorization, Accept-Language"


class ProblemRoute(APIRoute):
    """A route that programs call: whatever goes wrong is told as a problem."""

    async def prepare(self, request: Request) -> None:
        """What comes before all else."""

    def get_route_handler(self) -> Handler:
        """The handler, behind what comes first."""
        work = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                await self.prepare(request)
                response = await work(request)
            except Exception as error:  # noqa: BLE001 # a program reads a problem, whatever went wrong
                response = problem(error)
            response.headers.setdefault("Vary", VARY)
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response

        return answer


class ApiRoute(ProblemRoute):
    """A route that opens to a token which has the route's scope, its first tag apart from the noun."""

    async def prepare(self, request: Request) -> None:
        """Who calls, then the body within bounds."""
        scope = Scope((self.openapi_extra or {}).get("x-scope", Scope.READ))
        await run_in_threadpool(check, request, scope)
        await _take_body(request)


async def body_within(request: Request, largest: int) -> bytes:
    """The body, read no further than `largest` bytes; raises `TooLarge`."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise TooLarge(_("L’envoi est trop volumineux."))
        parts.append(part)
    return b"".join(parts)


async def _take_body(request: Request) -> None:
    """Read the body, within bounds, and note what tells this request from another."""
    body = await body_within(request, LARGEST)
    request._body = body  # noqa: SLF001 # as `Request.body()` keeps it
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    request.state.digest = hashlib.sha256(asked + body).hexdigest()
