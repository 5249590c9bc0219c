"""The API as one router, and its description: `/api/v1`, `/api/v1/openapi.json`."""

import re
from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.responses import JSONResponse

from web.api import (
    acts,
    applications,
    calls,
    catalogue,
    history,
    mail,
    moves,
    payments,
    people,
    standing,
    webhooks,
)
from web.api.problems import Problem, Wrong

PREFIX = "/api/v1"
BEARER = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token of `jalon tokens create`."
)
PARTS = (
    standing, catalogue, calls, applications, moves, acts, payments, history, mail, people, webhooks,
)  # fmt: skip
ABOUT = """
Jalon follows every action funded under a *contrat de ville*, from its application to the closing of
the grant. The API has the nouns and the triggers of the `jalon` command.

A token acts for a person, in one contract: it sees what they see, does what they may do, within its
scopes. Errors are `application/problem+json`, with every reason of a refusal and who can lift it,
in French or English as `Accept-Language` says. Amounts are text with two decimals, dates are ISO.
"""
router = APIRouter(prefix=PREFIX, dependencies=[Depends(BEARER)])
for part in PARTS:
    router.include_router(part.router)
about = APIRouter(prefix=PREFIX)


@about.get("/openapi.json", name="api_description", include_in_schema=False)
def description() -> JSONResponse:
    """The description of the API, for programs that make clients."""
    return JSONResponse(described(), headers={"Cache-Control": "public, max-age=3600"})


@cache
def described() -> dict[str, Any]:
    """The OpenAPI document of the API."""
    alone = FastAPI(openapi_url=None, generate_unique_id_function=_name)
    alone.include_router(router)
    made = get_openapi(title="Jalon", version="1", description=ABOUT.strip(), routes=alone.routes)
    schemas = made["components"]["schemas"]
    for model in (Problem, Wrong):
        shape = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= shape.pop("$defs", {}) | {model.__name__: shape}
    return made


def methods_at(path: str) -> list[str]:
    """The methods that the API has at that path, over all of its routes there."""
    found = {
        method.upper()
        for template, methods in described()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        for method in methods
    }
    return sorted(found)


def _name(route: APIRoute) -> str:
    """What a generated client calls it: `applications`, `advance`."""
    return route.name.removeprefix("api_")
