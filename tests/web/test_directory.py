"""The directory: who is who, kept by managers; a mistake is told in words and changes nothing."""

from models.vocabulary import Role
from tests.web.site import Site
from tests.web.test_lists import token


def test_people_and_contacts_are_added_and_deactivated(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        right = token(client.get("/annuaire").text)

        def post(**form: str) -> int:
            return client.post("/annuaire", data={"token": right, **form}).status_code

        new = {
            "email": "lea@caf.example",
            "name": "Léa Roy",
            "role": "pilot",
            "organisation": "CAF",
        }
        assert post(intent="person", **new) == 303
        page = client.get("/annuaire").text
        assert "Léa Roy" in page
        assert "pilote de la fiche (CAF)" in page
        assert post(intent="person", **new) == 400, "that role is held already"
        assert post(intent="person", **(new | {"role": "administrator"})) == 400
        assert post(intent="person", **(new | {"email": "pas une adresse"})) == 400

        assert (
            post(intent="contact", email="lea@caf.example", organisation="CAF", head="yes") == 303
        )
        assert post(intent="contact", email="nul@caf.example", organisation="CAF") == 404
        assert post(intent="deactivate", email="lea@caf.example") == 303
        assert "désactivé" in client.get("/annuaire").text
        assert post(intent="deactivate", email="manager@essai.example") == 422
        assert client.get("/annuaire").status_code == 200
