"""`schedule.yaml` as values: at which times of the day each work starts by itself."""

import re
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from config.deadline_policy import Policy, each_once
from config.i18n import gettext as _

CHANGING = (time(2), time(3))  # this hour happens twice in October and never in March


def _moment(text: object) -> object:
    """06:30 out of « 06:30 »; YAML itself would read 6:30 as a number of minutes."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(
            _("heure « {text} » illisible, attendu : entre guillemets, comme « 06:30 »").format(
                text=text
            )
        )
    moment = time(int(found[1]), int(found[2]))
    if CHANGING[0] <= moment < CHANGING[1]:
        raise ValueError(
            _(
                "heure « {text} » refusée : entre 2 h et 3 h, elle manque ou revient deux fois les"
                " jours de changement d’heure ; attendu : une autre heure"
            ).format(text=text)
        )
    return moment


Moment = Annotated[time, BeforeValidator(_moment)]


class Times(Policy):
    """When one work starts: at times of the day, or every so many minutes."""

    at: Annotated[tuple[Moment, ...], AfterValidator(each_once)] = ()
    every_minutes: Annotated[int, Field(ge=1, le=720)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Times":
        if bool(self.at) is (self.every_minutes is not None):
            raise ValueError(_("attendu : « at » ou « every_minutes », l’un des deux"))
        return self


class Schedule(Policy):
    """`schedule.yaml`: one entry per work, none left out."""

    open_calls: Times
    watch_deadlines: Times
    compose_digests: Times
    deliver_mail: Times
    deliver_webhooks: Times
    read_bounces: Times
    backup: Times

    def by_name(self) -> dict[str, Times]:
        """The times of each work, by the name that the command knows it by."""
        return {name.replace("_", "-"): getattr(self, name) for name in type(self).model_fields}
