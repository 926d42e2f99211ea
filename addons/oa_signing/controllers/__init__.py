from . import check_report, evidence, selftest, signing_file
