from . import oa_case_act, oa_case_class_act
from . import oa_document_annul, oa_document_correct, oa_document_explain, oa_document_missed, oa_document_share, oa_document_withdraw
from . import oa_document_label, oa_document_reject, oa_intake_upload
from . import oa_register_explain, oa_register_print, oa_register_reserve
from . import oa_configuration_import, oa_reconciliation_explain
