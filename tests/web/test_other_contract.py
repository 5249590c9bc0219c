"""Beside another contract in the same database, nothing of it shows, whoever looks and wherever."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import func, select

from models import Application, Contract
from models.program import Scope
from models.session import reading, transaction
from models.vocabulary import Role
from tests.web.other_contract import FAR, MARK, add_another_contract
from tests.web.site import NOW, OWN, Site, open_site
from tests.web.test_access import EVERY
from tests.web.test_links import ROLES, walk
from workflows.queries import get_contract
from workflows.tokens import create_token

SCOPES = [scope.value for scope in Scope]
PAGED = {"/applications", "/obligations", "/outbox", "/people"}


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[Role, str]]]:
    """The site, and a session for each role, made before the copy."""
    with open_site(tmp_path_factory.mktemp("beside"), contract="CV112") as site:
        secrets: dict[Role, str] = {role: site.as_role(role) for role in ROLES}
        add_another_contract(site.url)
        yield site, secrets


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_anything_of_another_contract(
    beside: tuple[Site, dict[Role, str]], role: Role
) -> None:
    site, secrets = beside
    with reading(site.url) as session:
        assert session.scalar(select(func.count()).select_from(Contract)) == 2
        copies = select(func.count()).where(Application.id > FAR)
        assert session.scalar(copies.where(Application.title.startswith(MARK)))
    seen: dict[str, str] = {}

    def note(answer: httpx.Response) -> None:
        answer.read()
        seen[urlsplit(str(answer.url)).path] = answer.text.lower()

    with site.client(secrets[role]) as client:
        client.event_hooks["response"].append(note)
        _reached, nowhere = walk(client)
    assert nowhere == []
    assert len(seen) > 5
    assert [path for path, text in seen.items() if MARK in text] == []


@pytest.mark.slow
def test_no_address_of_another_contract_leads_anywhere(
    beside: tuple[Site, dict[Role, str]],
) -> None:
    site, secrets = beside
    addresses = (
        "annuaire/personnes/{}",
        "annuaire/organismes/{}",
        "courrier/{}",
        "seances/{}/fiche.pdf",
    )
    with site.client(secrets[Role.MANAGER]) as client:
        for address in (*addresses, f"dossiers/{MARK}{OWN}", f"mes-demandes/{MARK}{OWN}"):
            assert client.get(f"/{address.format(FAR + 1)}").status_code == 404, address
            if "{}" in address:
                assert client.get(f"/{address.format(1)}").status_code == 200, address


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.MANAGER, Role.PILOT])
def test_the_api_tells_nothing_of_another_contract(
    beside: tuple[Site, dict[Role, str]], role: Role
) -> None:
    site, _secrets = beside
    with transaction(site.url) as session:
        contract = get_contract(session, "CV112").id
        email = f"{role.value}@essai.example"
        _made, secret = create_token(session, contract, email, name="essai", scopes=SCOPES, now=NOW)
    lists = [
        route.path
        for name, route in EVERY.items()
        if name.startswith("api_") and "GET" in (route.methods or ()) and "{" not in route.path
    ]
    with site.client() as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        answers = {
            path: client.get(f"/api/v1{path}", params={"limit": 200} if path in PAGED else {})
            for path in (
                *lists,
                f"/applications/{MARK}{OWN}",
                f"/webhooks/{1 + FAR}",
                f"/people/{1 + FAR}",
            )
            if not path.startswith("/api/v1")
        }
    assert len(answers) > 10
    told = {path: answer.text for path, answer in answers.items() if answer.status_code == 200}
    assert told.keys() >= (PAGED if role is Role.MANAGER else {"/applications", "/obligations"})
    assert not [path for path in told if MARK in path or str(FAR + 1) in path]
    assert [path for path, text in told.items() if MARK in text.lower()] == []
