"""What the entries of the audit are called: kinds, and the fields that were changed."""

from __future__ import annotations

from propman.audit.queries import CHANGED
from propman.text import N_

KINDS = {
    "signed_in": N_("signed in"),
    "signed_out": N_("signed out"),
    "sign_in_failed": N_("sign-in failed"),
    "denied": N_("denied"),
    "password_changed": N_("password changed"),
    "password_set": N_("password set by invitation"),
    "person_created": N_("person entered"),
    "person_invited": N_("person invited"),
    f"{CHANGED}user": N_("particulars changed"),
    "membership_added": N_("role given"),
    f"{CHANGED}membership": N_("role ended"),
    "person_disabled": N_("account shut"),
    "person_enabled": N_("account opened again"),
    "person_erased": N_("person erased"),
    "erased": N_("report erased"),
    f"{CHANGED}place": N_("place changed"),
    f"{CHANGED}organisation": N_("organisation changed"),
    "blank_labels_drawn": N_("blank labels drawn"),
    "blank_labels_revoked": N_("blank labels revoked"),
    f"{CHANGED}asset": N_("part changed"),
    "part_photo_erased": N_("photo of a part erased"),
    "register_import_ordered": N_("import ordered"),
    "register_imported": N_("parts imported"),
    "register_undo_ordered": N_("undoing of an import ordered"),
    "register_import_undone": N_("import undone"),
    "register_import_discarded": N_("file of parts thrown away"),
    "register_exported": N_("parts exported"),
    f"{CHANGED}project": N_("renovation project changed"),
    f"{CHANGED}work_item": N_("work item changed"),
    f"{CHANGED}asset_type": N_("type of part changed"),
    f"{CHANGED}asset_attribute": N_("attribute changed"),
    f"{CHANGED}warranty_rule": N_("warranty rule changed"),
    f"{CHANGED}setting": N_("setting changed"),
    f"{CHANGED}escalation_rule": N_("reminder or escalation changed"),
    f"{CHANGED}category": N_("category changed"),
    f"{CHANGED}category_question": N_("question of a category changed"),
    f"{CHANGED}routing_rule": N_("routing changed"),
    f"{CHANGED}clock_rule": N_("time limits changed"),
    f"{CHANGED}emergency_number": N_("emergency number changed"),
    f"{CHANGED}calendar_day": N_("holiday or make-up workday changed"),
    f"{CHANGED}calendar_year": N_("year of the calendar changed"),
    f"{CHANGED}work_hours": N_("working hours changed"),
    "households_added": N_("flats entered"),
    "slips_drawn": N_("slips drawn"),
    "slip_revoked": N_("slip revoked"),
    "moved_in": N_("joined a household"),
    "moved_out": N_("moved out of a household"),
    "rota_hours_set": N_("weekly hours of a rota set"),
    "rota_departure_set": N_("absence or extra duty entered"),
    "rota_row_deleted": N_("entry of a rota taken out"),
    "notice_revived": N_("message sent again"),
    "shipped_rows_loaded": N_("rules loaded"),
    "demo_world_built": N_("demo world built"),
}
"""In the order in which they are offered."""

FIELDS = {
    "name": N_("Name"),
    "name_en": N_("Name in English"),
    "households": N_("Households"),
    "closed_on": N_("Closed from"),
    "code": N_("Code"),
    "engagement": N_("Engagement"),
    "phone": N_("Telephone"),
    "trade": N_("Trade"),
    "sign_in_name": N_("Sign-in name"),
    "email": N_("E-mail"),
    "language": N_("Language"),
    "ends_on": N_("Not any more from"),
    "heating_season": N_("Heating season"),
}

BY_STRANGERS = frozenset({"denied", "sign_in_failed"})
"""What nobody who is signed in does: without a person it was a stranger and not propman itself."""
