"""Any request at all, by schemathesis over the description: no fault of ours, nothing without a token."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.web.api.conftest import client_for, populate, token
from tests.workflows.season import open_season
from web.api.router import described
from web.limits import RATES, Rate

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("schemathesis")]

SCHEMA = schemathesis.openapi.from_dict(described())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server on a season, and a token that may do everything."""
    url = open_season(tmp_path_factory.mktemp("season"))
    populate(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(RATES, "unknown", Rate(100_000, 1))
        with client_for(url, api_per_minute=100_000) as client:
            yield str(client.base_url).removesuffix("/api/v1/"), token(url)


@SCHEMA.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_any_request_is_answered_as_described(
    case: schemathesis.Case[Any], site: tuple[str, dict[str, str]]
) -> None:
    address, headers = site
    # What is right by the description may still be refused: a write by the rules of the programme
    # (a call that exists, a state that does not allow it), a cursor because we did not give it.
    refusable = case.method != "GET" or "cursor" in (case.query or {})
    excluded: list[Any] = [positive_data_acceptance] if refusable else []
    # A parameter that is an empty list or object is not sent at all, so nothing was wrong with it.
    if any(value in ([], {}, None) for value in (case.query or {}).values()):
        excluded.append(negative_data_rejection)
    case.call_and_validate(base_url=address, headers=headers, excluded_checks=excluded)


def test_every_operation_is_tried() -> None:
    assert len(list(SCHEMA.get_all_operations())) == sum(
        len(methods) for methods in described()["paths"].values()
    )
    assert CHECKS.get_all()
