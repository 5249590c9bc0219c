"""The reference organisations of a contract kept true by managers: names, spellings, services."""

from sqlalchemy import select

from config.i18n import gettext as _
from config.organisations import spelling_key
from models import Organisation, OrganisationAlias
from models.errors import BadInput, NotFound, Reason, Refused
from models.vocabulary import Act, AliasKind
from workflows.keeper import Keeper
from workflows.spellings import Spellings

LONGEST = 200


def add_organisation(keeper: Keeper, name: str, parent: int | None = None) -> Organisation:
    """A new organisation, or a service of `parent`; raises `BadInput`, `NotFound`."""
    said = _free(keeper, name)
    above = keeper.organisation(parent).id if parent is not None else None
    made = Organisation(contract_id=keeper.contract_id, name=said, parent_id=above)
    keeper.session.add(made)
    keeper.session.flush()
    keeper.note(Act.KEEP_ORGANISATION, organisation=made.id, added=said)
    return made


def rename_organisation(keeper: Keeper, number: int, name: str) -> None:
    """Another name; the former one goes on leading to it. Raises `BadInput`, `NotFound`."""
    found, key = keeper.organisation(number), spelling_key(name)
    before, said = found.name, " ".join(name.split())
    if said == before:
        raise BadInput(_("C’est déjà son nom : écrivez-en un autre."))
    if Spellings.of(keeper.session, keeper.contract_id).find(name) != number:
        said = _free(keeper, name)
    found.name = said
    known = {alias.key: alias for alias in _aliases(keeper, number)}
    if key in known and known[key].was_id is None:
        keeper.session.delete(known[key])
    if spelling_key(before) not in {key, *known}:
        add_alias(keeper, number, before)
    keeper.note(Act.KEEP_ORGANISATION, organisation=number, name=said, instead_of=before)


def add_spelling(keeper: Keeper, number: int, spelling: str) -> None:
    """Another name it goes by; raises `BadInput` for one that is taken, `NotFound`."""
    found = keeper.organisation(number)
    said = _free(keeper, spelling)
    add_alias(keeper, found.id, said)
    keeper.note(Act.KEEP_ORGANISATION, organisation=number, alias=said)


def drop_spelling(keeper: Keeper, number: int, spelling: str) -> None:
    """It no longer goes by that; raises `NotFound`, `Refused` for the name of one merged into it."""
    keeper.organisation(number)
    known = {alias.key: alias for alias in _aliases(keeper, number)}
    alias = known.get(spelling_key(spelling))
    if alias is None:
        raise NotFound(
            _("« {spelling} » n’est pas un de ses autres noms.").format(spelling=spelling)
        )
    if alias.was_id is not None:
        text = _("« {spelling} » est un organisme réuni à celui-ci : son nom reste.")
        raise Refused([Reason("merged", text.format(spelling=alias.spelling))])
    keeper.session.delete(alias)
    keeper.note(Act.KEEP_ORGANISATION, organisation=number, alias_dropped=alias.spelling)


def place_under(keeper: Keeper, number: int, parent: int | None) -> None:
    """Make it a service of `parent`, or of nobody; raises `BadInput` for a circle, `NotFound`."""
    found, above = keeper.organisation(number), parent
    while above is not None:
        if above == number:
            raise BadInput(_("Un organisme ne peut pas être un service de lui-même."))
        above = keeper.organisation(above).parent_id
    found.parent_id = parent
    keeper.note(Act.KEEP_ORGANISATION, organisation=number, parent=parent)


def _free(keeper: Keeper, name: str) -> str:
    """`name` in order; raises `BadInput` when it is empty, too long, or leads to somebody already."""
    said = " ".join(name.split())
    if not said or len(said) > LONGEST:
        raise BadInput(_("Un nom a de 1 à {most} caractères.").format(most=LONGEST))
    spellings = Spellings.of(keeper.session, keeper.contract_id)
    if (taken := spellings.find(said)) is not None:
        text = _("« {spelling} » désigne déjà {name} : réunissez les deux s’il s’agit du même.")
        raise BadInput(text.format(spelling=said, name=spellings.names[taken]))
    return said


def add_alias(keeper: Keeper, number: int, spelling: str) -> OrganisationAlias:
    """One more spelling of an organisation, known to be free; raises nothing."""
    alias = OrganisationAlias(
        contract_id=keeper.contract_id,
        organisation_id=number,
        spelling=spelling,
        key=spelling_key(spelling),
        kind=AliasKind.ALIAS,
    )
    keeper.session.add(alias)
    return alias


def _aliases(keeper: Keeper, number: int) -> list[OrganisationAlias]:
    query = select(OrganisationAlias).where(OrganisationAlias.organisation_id == number)
    return list(keeper.session.scalars(query.order_by(OrganisationAlias.id)))
