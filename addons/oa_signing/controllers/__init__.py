from . import check_page, check_report, evidence, selftest, signing_file
