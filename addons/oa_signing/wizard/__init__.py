from . import oa_certificate_release, oa_signature_check_upload, oa_trust_list_import
