from . import evidence, selftest, signing_file
