#!/usr/bin/env python3
"""Start a service of oa_signing without Odoo.

    serve.py token --socket PATH [--module libsofthsm2.so]    keys behind PKCS#11
    serve.py validation --socket PATH [--workers N]           everything that opens a file
    serve.py remote --socket PATH                             keys kept by providers (optional)

All run in the signing environment, in the foreground, until SIGTERM. (`worker` is started by `validation`.)
"""

import argparse
import logging
import os
import signal
import socket
import sys
import threading
import types
from pathlib import Path

HERE = Path(__file__).resolve().parent


def load_package() -> None:
    """Make core and adapters importable without the addon's __init__, which wants Odoo."""
    package = types.ModuleType(HERE.name)
    package.__path__ = [str(HERE)]
    sys.modules[HERE.name] = package


def main() -> None:
    options = _parse()
    load_package()
    if options.service == "worker":
        from oa_signing.adapters import document_worker

        # What libraries print must not get between the answers.
        answers = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        document_worker.run(socket.socket(fileno=os.dup(0)), answers)
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if options.service == "token":
        from oa_signing.adapters import token_server

        if not options.module or not Path(options.module).exists():
            raise SystemExit("No PKCS#11 module: give --module or set OA_PKCS11_MODULE to an existing library.")
        server = token_server.make_server(options.socket, options.module)
    elif options.service == "remote":
        from oa_signing.adapters import remote_server

        server = remote_server.make_server(options.socket)
    else:
        from oa_signing.adapters import validation_server

        server = validation_server.make_server(options.socket, options.workers, options.timeout)

    # shutdown() waits for the loop of the main thread, so it is called from another one.
    def stop(*_arguments: object) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    logging.info("%s service listens at %s", options.service, options.socket)
    signal.signal(signal.SIGINT, stop)
    server.serve_forever()
    server.server_close()
    options.socket.unlink(missing_ok=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    services = parser.add_subparsers(dest="service", required=True)
    token = services.add_parser("token")
    token.add_argument("--socket", type=Path, required=True)
    token.add_argument("--module", default=os.environ.get("OA_PKCS11_MODULE", ""))
    validation = services.add_parser("validation")
    validation.add_argument("--socket", type=Path, required=True)
    validation.add_argument("--workers", type=int, default=2)
    validation.add_argument("--timeout", type=float, default=60.0, help="seconds of wall time for one request")
    remote = services.add_parser("remote")
    remote.add_argument("--socket", type=Path, required=True)
    services.add_parser("worker")
    return parser.parse_args()


if __name__ == "__main__":
    main()
