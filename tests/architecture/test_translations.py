"""The interface speaks Bulgarian, all of it."""

import polib
import pytest
from source import ADDONS, list_addons


@pytest.mark.parametrize("addon", list_addons())
def test_bulgarian_is_complete(addon: str) -> None:
    assert (ADDONS / addon / "i18n/bg.po").exists()
    catalogue = polib.pofile(str(ADDONS / addon / "i18n/bg.po"))
    missing = [entry.msgid for entry in catalogue if not entry.obsolete and not entry.translated()]
    assert len(catalogue) > 0
    assert not missing
