from . import answers, oa_document, oa_document_template, oa_exemption, oa_mailing, oa_register_year
