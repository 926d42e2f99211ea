from . import answers, oa_document, oa_exemption
