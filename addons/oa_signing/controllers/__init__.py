from . import selftest, signing_file
