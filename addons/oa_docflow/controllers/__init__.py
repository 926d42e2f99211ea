from . import oa_document
