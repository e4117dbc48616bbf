"""What is typed about projects, their funding and payments; what narrows their list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from propman.communities.models import Organisation
from propman.projects.forms.offers import NEEDED, offer, one_of, organisations
from propman.projects.labels import PROJECT_FIELDS, SOURCES, STANDINGS
from propman.projects.models import FundingSource, WorkItem
from propman.projects.operations import ProjectFacts
from propman.projects.operations.payments import LONGEST_PURPOSE
from propman.projects.operations.projects import FIRST_YEAR, LAST_YEAR, LONGEST_NAME, LONGEST_NUMBER
from propman.projects.queries.lists import LONGEST_SEARCH
from propman.web import KeyedForm
from propman.web.fields import AmountField, DayField, NumberField, words_field


class ProjectForm(KeyedForm):
    """What is said about a project."""

    number = words_field(PROJECT_FIELDS["number"], InputRequired(NEEDED), most=LONGEST_NUMBER,
                         description=_l("As the bureau files it."))  # fmt: skip
    name = words_field(PROJECT_FIELDS["name"], InputRequired(NEEDED), most=LONGEST_NAME)
    year = NumberField(
        PROJECT_FIELDS["year"],
        [
            InputRequired(NEEDED),
            NumberRange(
                FIRST_YEAR,
                LAST_YEAR,
                _l("It must be a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR),
            ),
        ],
    )
    owner_id = one_of(PROJECT_FIELDS["owner_id"],
                       description=_l("Who commissioned it and can claim on the contractors."))  # fmt: skip
    started_on = DayField(PROJECT_FIELDS["started_on"], [Optional()])
    accepted_on = DayField(
        PROJECT_FIELDS["accepted_on"],
        [Optional()],
        description=_l("Each work item has a day of its own, by which its warranty runs."),
    )

    def offer(self, owners: Iterable[Organisation]) -> None:
        """Let one of these be the owner."""
        offer(self.owner_id, organisations(owners), nothing=gettext("Choose…"))

    def facts(self) -> ProjectFacts:
        """What was typed, as the operations take it."""
        return ProjectFacts(**{name: self[name].data for name in ProjectFacts.__dataclass_fields__})


def _given_by(source: FundingSource) -> LazyString:
    return _l("%(source)s, in yuan", source=SOURCES[source])


class SharesForm(KeyedForm):
    """Who gives how much of a cost."""

    budget = AmountField(_given_by(FundingSource.BUDGET), [Optional()])
    bonds = AmountField(_given_by(FundingSource.BONDS), [Optional()])
    franchise_unit = AmountField(_given_by(FundingSource.FRANCHISE_UNIT), [Optional()])
    residents = AmountField(_given_by(FundingSource.RESIDENTS), [Optional()])
    social_capital = AmountField(_given_by(FundingSource.SOCIAL_CAPITAL), [Optional()])

    def shares(self) -> Mapping[FundingSource, int]:
        """Who gives how much, without those who give nothing."""
        return {source: self[source.value].data for source in FundingSource if self[source.value].data}


class FundingForm(SharesForm):
    """What a project costs, and who gives how much of it."""

    cost_fen = AmountField(_l("Cost, in yuan"), [InputRequired(_l("Say what it costs, in yuan."))])


class NewProjectForm(ProjectForm, FundingForm):
    """A project with its cost and, as far as known, its funding."""


class PaymentForm(KeyedForm):
    """Money due to somebody on a day."""

    payee_id = one_of(_l("To whom"))
    purpose = words_field(_l("What for"), InputRequired(NEEDED), most=LONGEST_PURPOSE,
                          description=_l("For example progress payment, final payment"))  # fmt: skip
    work_item_id = one_of(_l("Work item"), optional=True)
    due_on = DayField(_l("Due on"), [InputRequired(_l("Say on which day."))])
    due_fen = AmountField(_l("Amount due, in yuan"), [InputRequired(_l("Say how much, in yuan."))])

    def offer(self, payees: Iterable[Organisation], items: Iterable[WorkItem]) -> None:
        """Let these be paid, for these."""
        offer(self.payee_id, organisations(payees))
        offer(self.work_item_id, [(item.id, f"{item.number} {item.name}") for item in items],
               nothing=_l("the project as a whole"))  # fmt: skip


class PaidForm(KeyedForm):
    """What was paid, and when."""

    paid_on = DayField(_l("Paid on"), [InputRequired(_l("Say on which day."))])
    paid_fen = AmountField(_l("Amount paid, in yuan"), [InputRequired(_l("Say how much, in yuan."))])


class FindProjects(FlaskForm):
    """What narrows the list of projects; it stays in the address."""

    class Meta:
        """Nothing to protect."""

        csrf = False

    q = StringField(_l("Project or community"), render_kw={"type": "search", "maxlength": LONGEST_SEARCH})
    year = SelectField(PROJECT_FIELDS["year"], validate_choice=False, choices=[])
    standing = SelectField(_l("Where something is open"), validate_choice=False, choices=[])

    def offer(self, years: Iterable[int]) -> None:
        """Let these years be chosen."""
        offer(self.year, [(str(year), str(year)) for year in years], nothing=_l("every year"))
        offer(self.standing, [(each.value, str(word)) for each, word in STANDINGS.items()], nothing=_l("all projects"))
