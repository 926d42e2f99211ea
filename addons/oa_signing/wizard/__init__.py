from . import oa_signature_check_upload
