"""Read first: `oa_document`, then `oa_register_entry` and `oa_register_entry_allotment` (how a number is taken)."""

# Mixins first, then each model before the files that extend it.
from . import oa_reach_mixin  # isort: skip
from . import oa_append_only, oa_guarded_thread, oa_journal_mixin, oa_system_fields  # isort: skip
from . import oa_background_export  # isort: skip
from . import base, hr_department, ir_attachment, ir_binary, ir_cron, ir_model_access, ir_rule, mail_activity
from . import res_company, res_config_settings, res_users
from . import res_users_journal  # isort: skip
from . import res_partner, res_partner_privacy  # isort: skip
from . import oa_registry_office, oa_registry_office_demo  # isort: skip
from . import oa_register, oa_register_numbering, oa_register_entry, oa_register_event, oa_register_entry_fate, oa_register_entry_allotment
from . import oa_register_block, oa_register_block_fate, oa_register_block_form, oa_register_verification
from . import oa_register_export, oa_register_export_book, oa_register_export_proof
from . import oa_register_closing, oa_register_closing_mail, oa_register_closing_timestamp
from . import oa_case, oa_case_class, oa_case_class_scheme, oa_case_event, oa_case_volume, oa_dispatch
from . import oa_journal_entry, oa_journal_entry_reading, oa_journal_entry_writing, oa_journal_removal, oa_journal_seal  # isort: skip
from . import oa_document, oa_document_correspondent, oa_document_file, oa_document_grant, oa_document_kind, oa_document_link
from . import oa_document_access, oa_document_sharing, oa_document_explanation
from . import oa_access_line, oa_access_review
from . import oa_document_annulment, oa_document_card, oa_document_case, oa_document_correction, oa_document_files
from . import oa_document_guard, oa_document_paper
from . import oa_document_registration  # isort: skip  # before those that add to its questions
from . import oa_discrepancy, oa_dispatch_package, oa_document_dispatch, oa_document_receipt, oa_document_rejection
from . import oa_document_trail, oa_document_uri
from . import oa_document_desk, oa_document_label, oa_scan_batch, oa_scan_part
from . import oa_delivery_book
from . import mail_thread, oa_intake_mail, oa_intake_mail_draft, oa_intake_rule, oa_registry_office_mail
from . import oa_document_details, oa_document_duplicate, oa_document_text  # isort: skip
from . import oa_document_checkout, oa_document_file_digest, oa_document_virus  # isort: skip
from . import oa_configuration, oa_configuration_parts, oa_reconciliation, oa_reconciliation_finding  # isort: skip
from . import oa_case_contents, oa_case_export, oa_case_move, oa_document_reach  # isort: skip
from . import oa_document_search  # isort: skip
