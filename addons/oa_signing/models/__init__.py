# What others inherit from comes first.
from . import oa_signing_append_only, oa_signable_mixin, oa_signable_mixin_format
from . import (
    oa_certificate,
    oa_signature,
    oa_signature_access,
    oa_signature_augmentation,
    oa_signature_check,
    oa_signature_pending,
    oa_signature_request,
    oa_signature_request_line,
    oa_signature_request_format,
    oa_signature_request_local,
    oa_signature_request_upload,
    oa_signing_file,
    oa_signing_key,
    oa_signing_key_import,
    oa_signing_key_seal,
    oa_signing_messages,
    oa_signing_ports,
    res_config_settings,
    res_config_settings_formats,
    res_users,
)
