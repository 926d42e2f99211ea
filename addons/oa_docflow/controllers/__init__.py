from . import answers, oa_document, oa_document_template, oa_exemption, oa_register_year
