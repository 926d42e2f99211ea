"""How a document travels. Read first: `oa_document.py`, then `oa_turn_mixin.py`, `oa_route.py` and `oa_task.py`.

`oa_document_registration.py` is the only file that talks to oa_registry, `oa_document_signing.py` the only one that talks to oa_signing.
"""

from . import (
    mail_activity,
    mail_thread,
    oa_calendar_day,
    oa_function,
    oa_turn_mixin,
    oa_document_template,
    oa_procedure,
    oa_procedure_term,
    oa_procedure_step,
    oa_procedure_standard,
    oa_term,
    oa_resolution,
    oa_route,
    oa_route_step,
    oa_task,
    oa_task_moves,
    oa_document,
    oa_document_coordination,
    oa_document_desk,
    oa_document_dispatch,
    oa_document_drafting,
    oa_document_resolution,
    oa_document_route,
    oa_document_registration,
    oa_document_signing,
    oa_case,
    oa_register_closing,
    oa_journal_entry,
    res_company,
    res_config_settings,
    res_users,
)
