"""What a build of the site may remove, and what it may not."""

import pytest

from pages.static.build import Site
from pages.static.runtime import Missing


def test_a_folder_with_other_files_is_never_emptied_but_an_earlier_build_is(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Missing, match="holds other files"):
        Site(tmp_path)
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "mine"
    Site(tmp_path / "site").put("old.txt", "old", named=True)
    again = Site(tmp_path / "site")
    assert again.files() == []
    (tmp_path / "empty").mkdir()
    Site(tmp_path / "empty")
