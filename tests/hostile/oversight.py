"""What is asked of rates: places, organisations, months, lists."""

from __future__ import annotations

from collections.abc import Iterator

from propman.oversight import operations
from propman.oversight.models import Reason
from propman.tickets.queries import timeline
from tests import stories
from tests.hostile import values as v
from tests.hostile.targets import Maker, Target
from tests.world import viewer


def oversight(make: Maker) -> Iterator[Target]:
    """The pages of rates and their files."""
    world, month = make.world, f"{make.today:%Y-%m}"
    query = {
        "place": (v.ANYTHING, str(world.county.id)), "organisation": (v.ANYTHING, str(world.company.id)),
        "category": (v.ANYTHING, "lights"), "from": (v.ANYTHING, month), "to": (v.ANYTHING, month),
        "by": (v.ANYTHING, "companies"),
    }  # fmt: skip
    listed = query | {"name": (v.ANYTHING, "reported")}
    yield Target("oversight.exclusions", "official_qian", query=query)
    confirmed, asked = make.ticket(stories.confirm), make.ticket(stories.confirm)
    own, other = (timeline(make.session, each)[-1].id for each in (confirmed, asked))
    operations.ask(make.session, event_id=other, viewer=viewer(make.session, world.manager_han), now=make.now,
                   reason=Reason.UNREASONABLE)  # fmt: skip
    yield Target("oversight.answer", "official_qian", {"event_id": own})
    yield Target("oversight.ask", "manager_han", {"event_id": own}, form={"reason": (v.CHOICE, "out_of_scope")})
    yield Target("oversight.decide", "clerk_jie", {"event_id": other}, form={"approved": (v.CHOICE, "yes")})
    kind = {"kind": (v.ANYTHING, "csv")}
    yield Target("oversight.rates", "official_qian", query=query)
    yield Target("oversight.behind", "official_qian", query=listed | {"skip": (v.ANYTHING, "0")})
    yield Target("oversight.table", "official_qian", query=kind | query)
    yield Target("oversight.list_table", "official_qian", query=kind | listed)
    duties = {name: told for name, told in query.items() if name != "category"} | {"template": (v.ANYTHING, "T18")}
    of_duties = duties | {"name": (v.ANYTHING, "due")}
    yield Target("oversight.compliance", "official_qian", query=duties)
    yield Target("oversight.duties_behind", "official_qian", query=of_duties | {"skip": (v.ANYTHING, "0")})
    yield Target("oversight.compliance_table", "official_qian", query=kind | duties)
    yield Target("oversight.duties_table", "official_qian", query=kind | of_duties)
    found = duties | {"name": (v.ANYTHING, "findings")}
    yield Target("oversight.found_behind", "official_qian", query=found | {"skip": (v.ANYTHING, "0")})
    yield Target("oversight.found_table", "official_qian", query=kind | found)
    checked = duties | {"name": (v.ANYTHING, "measured")}
    yield Target("oversight.checked_behind", "official_qian", query=checked | {"skip": (v.ANYTHING, "0")})
    yield Target("oversight.checked_table", "official_qian", query=kind | checked)
    yield Target("oversight.week", "official_qian", query={"from": (v.ANYTHING, "2026-11-02")})
