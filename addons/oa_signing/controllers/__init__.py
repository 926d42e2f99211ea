from . import signing_file
