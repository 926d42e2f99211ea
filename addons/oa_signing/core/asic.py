"""An ASiC container: a ZIP with the signed files and, under META-INF, their signatures. Read with every suspicion."""

import stat
import zipfile
from dataclasses import dataclass
from io import BytesIO

from .content import ASIC_E, ASIC_S
from .errors import MalformedContainerError, PayloadTooLargeError

META = "META-INF/"
MIME_TYPE = "mimetype"
MAX_MEMBERS = 1000
MAX_TOTAL = 256 << 20
MAX_RATIO = 200
_SMALL = 1 << 20
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Container:
    """Members by name, in their order; `mimetype` is not among them."""

    kind: str
    members: dict[str, bytes]

    @property
    def payload(self) -> dict[str, bytes]:
        """What is signed: everything outside META-INF."""
        return {name: data for name, data in self.members.items() if not name.startswith(META)}

    def list_meta(self, start: str, end: str) -> list[str]:
        """Names under META-INF that begin and end like this, whatever their case."""
        return [name for name in self.members if name.startswith(META) and _is_named(name[len(META) :], start, end)]

    def take_name(self, pattern: str) -> str:
        """The next free name of a pattern such as `signatures%03d.xml`."""
        numbers = range(1, MAX_MEMBERS)
        return next(name for number in numbers if (name := META + pattern % number) not in self.members)

    def with_members(self, more: dict[str, bytes]) -> "Container":
        return Container(self.kind, {**self.members, **more})


def make(file_name: str, data: bytes) -> Container:
    """A new container with one file in it."""
    name = file_name.replace("\\", "/").rsplit("/", 1)[-1].lstrip(".") or "document"
    if name == MIME_TYPE:
        name = "document"
    return Container(ASIC_E, {name: data})


def read(data: bytes) -> Container:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
            _check_members(infos)
            members = {info.filename: _read_member(archive, info) for info in infos if not info.is_dir()}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise MalformedContainerError("zip") from error
    if infos[0].filename != MIME_TYPE or infos[0].compress_type != zipfile.ZIP_STORED or infos[0].header_offset:
        raise MalformedContainerError("mimetype")
    kind = members.pop(MIME_TYPE).decode("ascii", "replace").strip()
    if kind not in (ASIC_E, ASIC_S):
        raise MalformedContainerError("mimetype")
    return Container(kind, members)


def write(container: Container) -> bytes:
    """The type comes first and is not compressed, so that it is read without unpacking."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(zipfile.ZipInfo(MIME_TYPE, _FIRST_DAY), container.kind.encode())
        for name, data in container.members.items():
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return output.getvalue()


def _check_members(infos: list[zipfile.ZipInfo]) -> None:
    if not infos or len(infos) > MAX_MEMBERS:
        raise MalformedContainerError("members")
    names = [info.filename for info in infos]
    if len({name.casefold() for name in names}) != len(names):
        # Readers disagree about which of two namesakes counts.
        raise MalformedContainerError("duplicate")
    if any(map(_is_tricky, infos)):
        raise MalformedContainerError("name")
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise PayloadTooLargeError()
    if any(info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1) for info in infos):
        raise PayloadTooLargeError("ratio")


def _is_tricky(info: zipfile.ZipInfo) -> bool:
    """A name that leads elsewhere, a link, or a member that nobody can read without a password."""
    parts = info.filename.removesuffix("/").split("/")
    leads_away = info.filename.startswith("/") or any(part in ("", ".", "..") for part in parts)
    has_sign = any(sign in info.filename for sign in "\\:\0")
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    return leads_away or has_sign or is_link or bool(info.flag_bits & 0x1)


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise MalformedContainerError("size")
    return data


def _is_named(name: str, start: str, end: str) -> bool:
    name = name.casefold()
    return start.casefold() in name and name.endswith(end)
