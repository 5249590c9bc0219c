"""Applicants and contacts: found by what identifies them, or made."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Organisation, Person
from models.errors import BadInput, Problem
from workflows.identifiers import clean_rna, clean_siret


class Identity(NamedTuple):
    """What tells one applicant from another: its SIRET, else its RNA; its name is only shown."""

    siret: str | None
    rna: str | None
    name: str

    @property
    def key(self) -> str:
        """The number it goes by."""
        return self.siret or self.rna or ""


@lru_cache(maxsize=4096)
def identity(siret: str, rna: str, name: str) -> Identity:
    """The numbers cleaned; raises `BadInput` when one is not valid, or there is neither."""
    found = Identity(
        _checked(siret, clean_siret, "SIRET"), _checked(rna, clean_rna, "RNA"), name.strip()
    )
    if not found.key:
        raise BadInput(_("Indiquez le SIRET du porteur (14 chiffres), ou à défaut son numéro RNA."))
    return found


def find_applicants(session: Session, identities: Sequence[Identity]) -> dict[str, Organisation]:
    """Every applicant by its numbers; new ones are made and flushed. Raises nothing."""
    sirets = {one.siret for one in identities if one.siret}
    rnas = {one.rna for one in identities if one.rna and not one.siret}
    query = select(Organisation).where(
        Organisation.contract_id.is_(None),
        or_(Organisation.siret.in_(sirets), Organisation.rna.in_(rnas)),
    )
    found: dict[str, Organisation] = {}
    for known in session.scalars(query.order_by(Organisation.id)):
        _enter(found, known)
    for siret, rna, name in identities:
        if (siret or rna) not in found:
            made = Organisation(name=name or siret or rna, siret=siret, rna=rna)
            session.add(made)
            _enter(found, made)
    session.flush()
    return found


def _enter(found: dict[str, Organisation], organisation: Organisation) -> None:
    for key in (organisation.siret, organisation.rna):
        if key:
            found.setdefault(key, organisation)


def _checked(text: str, clean: object, label: str) -> str | None:
    if not text.strip():
        return None
    cleaned = clean(text) if callable(clean) else None
    if cleaned is None:
        said = _(
            "« {text} » n’est pas un numéro {label} valable : vérifiez-le sur l’avis de situation."
        )
        raise BadInput([Problem(said.format(text=text, label=label), column=label)])
    return str(cleaned)


def find_persons(session: Session, names: Mapping[str, str]) -> dict[str, Person]:
    """The person at each (checked) address; new ones are made and flushed. Raises nothing."""
    query = select(Person).where(Person.email.in_(names))
    found = {person.email: person for person in session.scalars(query)}
    for address, name in names.items():
        if address not in found:
            found[address] = Person(email=address, name=name.strip() or address)
            session.add(found[address])
    session.flush()
    return found


@lru_cache(maxsize=4096)
def checked_email(text: str) -> str:
    """The address, lower case; raises `BadInput` when it cannot be one."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise BadInput(
            _(
                "« {text} » n’est pas une adresse électronique : écrivez par exemple nom@domaine.fr."
            ).format(text=text)
        ) from None
    return found.normalized.lower()
