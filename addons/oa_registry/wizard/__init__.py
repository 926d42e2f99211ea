from . import oa_document_annul, oa_document_explain, oa_document_share, oa_document_withdraw, oa_register_print
