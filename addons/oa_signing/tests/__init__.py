from . import (
    test_access_matrix,
    test_augmentation,
    test_checks,
    test_immutability,
    test_keys,
    test_local_signing,
    test_query_counts,
    test_refusals,
    test_rights,
    test_sign_dialog,
    test_signing,
    test_upload,
)
