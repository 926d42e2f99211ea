"""Catch all e-mail of the demo and of the tests: `mail_catcher.py --port N --folder DIR`, one .eml file for each message."""

import argparse
import asyncio
import itertools
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MOST_BYTES = 100 * 1024 * 1024


class Catcher:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        name = f"{time.time_ns()}-{next(self.numbers):04d}.eml"
        part = self.folder / f"{name}.part"
        recipients = ", ".join(envelope.rcpt_tos)
        part.write_bytes(f"X-Envelope-To: {recipients}\r\n".encode() + bytes(envelope.original_content or b""))
        part.rename(self.folder / name)
        return "250 caught"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    Controller(Catcher(options.folder), hostname="127.0.0.1", port=options.port, data_size_limit=MOST_BYTES).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
