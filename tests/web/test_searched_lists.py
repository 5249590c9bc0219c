"""A list searched by common words: its tabs bear no count, and it may still be worked on whole."""

import pytest

from models.vocabulary import Role
from tests.web.site import Site
from workflows.applications import counting

COUNT, WHOLE = '<span class="count">', 'name="all" value="yes"'


def test_tabs_bear_the_counts_that_are_known(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:

        def asked(query: str) -> tuple[bool, bool, bool]:
            page = client.get(f"/dossiers?appel=tous&{query}").text
            tabs = page[
                page.index('class="tabs"') : page.index("</nav>", page.index('class="tabs"'))
            ]
            return COUNT in tabs, "999+" in tabs, WHOLE in page

        assert asked("texte=n") == (True, False, True)
        monkeypatch.setattr(counting, "AT_MOST", 2)
        assert asked("texte=n") == (False, False, True)
        assert asked("texte=0004") == (True, False, True)
        assert asked("texte=n+0004") == (True, False, True)
        assert asked("texte=-") == (True, True, False)  # no word: every application
