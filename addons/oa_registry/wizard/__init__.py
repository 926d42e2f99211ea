from . import oa_document_annul, oa_document_share, oa_register_print
