"""What whoever watches asks: is the process alive, can it serve, and the figures for Prometheus.

None of the three shows anything personal; keep them from the public all the same
(`deploy/nginx.conf` does).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from config.database import database_url
from models.errors import JalonError
from models.schema import refuse_unless_current
from models.session import reading
from web.metrics import CONTENT_TYPE, exposition

router = APIRouter(include_in_schema=False)


def clock_of(request: Request) -> Callable[[], datetime]:
    """The clock that the application was given, else the machine's."""
    return getattr(request.app.state, "clock", lambda: datetime.now(UTC))


Clock = Annotated[Callable[[], datetime], Depends(clock_of)]


@router.get("/health/live")
def live(request: Request) -> JSONResponse:
    """200 while the process and its schedule run; anything else, and it should be started again."""
    alive: Callable[[], bool] = getattr(request.app.state, "alive", lambda: True)
    return _answer(None if alive() else "the schedule has stopped")


@router.get("/health/ready")
def ready() -> JSONResponse:
    """200 while the database answers, at the version of this code: then requests may come."""
    try:
        refuse_unless_current(database_url())
        with reading():
            return _answer(None)
    except JalonError as error:
        return _answer(str(error))


@router.get("/metrics")
def metrics(clock: Clock) -> Response:
    """The figures of `workflows/vitals.py`, read at each call: every replica tells the same."""
    return Response(exposition(clock()), media_type=CONTENT_TYPE)


def _answer(trouble: str | None) -> JSONResponse:
    if trouble is None:
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "unavailable", "detail": trouble}, status_code=503)


def health_app() -> FastAPI:
    """These three alone, for a process that shows no page."""
    app = FastAPI(openapi_url=None)
    app.include_router(router)
    return app
