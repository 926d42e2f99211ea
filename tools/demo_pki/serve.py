#!/usr/bin/env python3
"""Answer OCSP, CRL and RFC 3161 requests of the demo PKI on loopback: `serve.py --pki DIR [--port N]`.

Without --port it takes the one that the certificates name. Prints one line when it listens.
"""

import argparse
import json
import logging
from pathlib import Path

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertomancerConfig
from werkzeug.serving import WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Speaks of failures only; the demo asks for revocation data all the time."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if not str(code).startswith("2"):
            super().log_request(code, size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pki", type=Path, required=True, help="folder made by build.py")
    parser.add_argument("--port", type=int, help="loopback port")
    options = parser.parse_args()
    port = options.port or json.loads((options.pki / "stamp.json").read_text())["port"]
    logging.basicConfig(level=logging.WARNING)

    configuration = CertomancerConfig.from_file(str(options.pki / "certomancer.yml"), str(options.pki))
    store = AnimatorArchStore(configuration.pki_archs)
    animator = Animator(store, with_web_ui=False, allow_time_override=False)
    server = make_server("127.0.0.1", port, animator, threaded=True, request_handler=QuietHandler)
    print(f"OCSP, CRL and timestamps of the demo PKI: http://127.0.0.1:{port}/demo", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
