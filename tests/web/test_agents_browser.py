"""An agent in a real browser: to the provider and back, then out of both, as the policy of each page allows."""

import socket
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config.settings import Settings
from tests.web.provider import CLIENT, SECRET, providing
from tests.web.site import NOW, prepared
from web.app import create_app
from web.serving import served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_an_agent_signs_in_and_out_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "site.sqlite3"
    path.write_bytes(prepared())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    with providing() as provider:
        provider.now = NOW
        settings = Settings(
            database_url=f"sqlite:///{path}",
            public_url=address,
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
        )
        with served(create_app(settings, lambda: NOW), f"127.0.0.1:{port}"):
            page = browser.new_page(locale="fr-FR")
            page.goto(f"{address}/connexion")
            page.get_by_role("button", name="Se connecter avec ProConnect").click()
            page.wait_for_url(f"{address}/")
            assert page.get_by_role("heading", level=1).inner_text() == "Ce qui m’attend"

            page.locator('form[action="/deconnexion"] button').click()
            page.wait_for_url(f"{address}/connexion")
            assert len(provider.ended) == 1
            page.goto(f"{address}/")
            assert page.url.startswith(f"{address}/connexion")
            page.close()
