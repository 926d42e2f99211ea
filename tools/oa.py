"""Second half of `./oa`: everything after Python itself is there."""

import sys

from launcher.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
