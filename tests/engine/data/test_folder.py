"""A folder's pictures for a page: one that is just being read keeps nobody waiting."""

import pytest

from engine.data import folder


def test_who_comes_while_a_folder_is_read_is_told_so_and_does_not_wait(monkeypatch, tmp_path):
    monkeypatch.setattr(folder, "WAIT", 0.01)
    with folder._reading, pytest.raises(ValueError, match="of another folder are being read"):
        folder.pictures(f"folder:{tmp_path}", 0)
    with pytest.raises(ValueError, match="class"):  # nobody reads any more, and there are no pictures
        folder.pictures(f"folder:{tmp_path}", 0)
