"""Wizards collect answers; the models act."""

from . import oa_document_agree, oa_document_resolve, oa_document_return, oa_document_revise, oa_electronic_share_print, oa_substitution_end
from . import oa_task_ask, oa_task_draft, oa_task_extend, oa_task_redirect, oa_task_report, oa_task_return, oa_term_suspend
from . import oa_document_acquaint, oa_task_forward, oa_task_opine
from . import oa_document_add_step, oa_document_opinion, oa_document_sign_paper
from . import oa_document_outcome, oa_register_year
from . import oa_procedure_import
