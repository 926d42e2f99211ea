#!/usr/bin/env python3
"""A remote signing service (Cloud Signature Consortium) on loopback for demo and tests: `keep_keys.py --pki DIR --port N`.

It is certomancer's dummy with what that leaves out: only keys of people are offered, each behind a PIN. Runs in an
environment of its own (requirements-csc.lock). Prints one line when it listens.
"""

import argparse
import hmac
import json
import logging
from pathlib import Path

from aiohttp import web
from certomancer.registry import CertomancerConfig
from csc_dummy.csc_dummy_server import CSCWithCertomancer

ARCHITECTURE = "demo"


class KeyService(CSCWithCertomancer):
    """Activation data is pinned to the digests (SCAL 2), as in the dummy."""

    def __init__(self, config: CertomancerConfig, pins: dict[str, str]) -> None:
        super().__init__(config)
        self._pins = {f"{ARCHITECTURE}/{label}": pin for label, pin in pins.items()}

    async def credentials_list(self, request: web.Request) -> web.Response:
        return web.json_response({"credentialIDs": sorted(self._pins)})

    async def credentials_info(self, request: web.Request) -> web.Response:
        await self._get_pin(request)
        answer = await super().credentials_info(request)
        pin = {"presence": "true", "format": "N", "label": "PIN"}
        return web.json_response({**json.loads(answer.body), "PIN": pin, "OTP": {"presence": "false"}})

    async def credentials_authorize(self, request: web.Request) -> web.Response:
        typed = str((await request.json()).get("PIN") or "")
        if not hmac.compare_digest(typed.encode(), (await self._get_pin(request)).encode()):
            return web.json_response({"error": "invalid_pin", "error_description": "Invalid PIN"}, status=400)
        return await super().credentials_authorize(request)

    async def _get_pin(self, request: web.Request) -> str:
        pin = self._pins.get(str((await request.json()).get("credentialID")))
        if pin is None:
            raise web.HTTPNotFound
        return pin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pki", type=Path, required=True, help="folder made by build.py")
    parser.add_argument("--port", type=int, required=True, help="loopback port")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    pins = json.loads((options.pki / "keys/remote.json").read_text())
    service = KeyService(CertomancerConfig.from_file(str(options.pki / "certomancer.yml"), str(options.pki)), pins)
    service.register_routes()
    print(f"Remote keys of the demo: http://127.0.0.1:{options.port}", flush=True)
    web.run_app(service.app, host="127.0.0.1", port=options.port, print=None, access_log=None)


if __name__ == "__main__":
    main()
