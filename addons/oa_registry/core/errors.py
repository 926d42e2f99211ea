"""What can be wrong in the registry's rules.

RegistryError
├── NumberTemplateError   a number template or the values for it
├── IdentifierError       a УРИ that cannot be written or read
├── FileRejectedError     content that must not be stored
├── ClosingError          a daily closing list that is not one of ours
├── TimestampTokenError   bytes that are no RFC 3161 token
├── MailError             an e-mail that cannot be read safely
├── ForeignFileError      a foreign file that its own process could not read
└── ConfigurationError    a file of settings that is not one of ours

Each error carries a `code` and the values for the sentence; the models turn them into words for people.
"""


class RegistryError(Exception):
    """Base of all errors of this core."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(f"{code}: {values}" if values else code)
        self.code = code
        self.values = values


class NumberTemplateError(RegistryError):
    """A number template cannot be used."""


class IdentifierError(RegistryError):
    """A unique register identifier cannot be written or read."""


class FileRejectedError(RegistryError):
    """The content of a file must not be stored."""


class ClosingError(RegistryError):
    """A daily closing list cannot be read."""


class TimestampTokenError(RegistryError):
    """An RFC 3161 token cannot be read."""


class MailError(RegistryError):
    """An e-mail cannot be read safely."""


class ForeignFileError(RegistryError):
    """A foreign file could not be read within its limits."""


class ConfigurationError(RegistryError):
    """A file of settings cannot be read."""
