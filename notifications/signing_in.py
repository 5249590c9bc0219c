"""The mail that carries a one-time link."""

from notifications.contexts import Context
from notifications.wording import Line


class SignIn(Context):
    """To whoever asked to sign in."""

    address: Line
    minutes: int


SIGN_IN = SignIn(
    contract_code="CV112",
    contract_name="Contrat de ville de Montpellier",
    address="https://jalon.exemple.fr/connexion/lien/Qm9uam91ciBsZXMgZ2VucyBkZSBsYSBNb3Nzb24",
    minutes=10,
)
