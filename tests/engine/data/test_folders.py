"""Which folders a page may name, and what the others are told."""

import os
from pathlib import Path

import pytest

from engine.data import folders


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))
    monkeypatch.delenv("STRIDE_FOLDERS", raising=False)
    for name in ("runs/0123abcd", "decoded/x", "uploads/token/pets", "pets/cats", ".hidden/cats"):
        (tmp_path / "stride" / name).mkdir(parents=True)
    (tmp_path / "elsewhere" / "cats").mkdir(parents=True)
    return tmp_path / "stride"


def refused(folder: object) -> str:
    with pytest.raises(ValueError, match="A page can name folders below") as caught:
        folders.check(Path(str(folder)))
    return str(caught.value)


def test_folders_below_the_data_folder_can_be_named_but_for_strides_own(data):
    folders.check(data / "pets")
    folders.check(data / "pets" / "cats")
    folders.check(data / "uploads" / "token" / "pets")
    for own in ("", "runs", "runs/0123abcd", "decoded", "uploads", ".hidden", "pets/..", "pets/../runs", "pets/../.."):
        refused(data / own)


def test_whether_another_folder_is_there_is_not_told(tmp_path):
    there, missing = tmp_path / "elsewhere", tmp_path / "elsewhe"
    assert refused(there).replace(str(there), "X") == refused(missing).replace(str(missing), "X")
    refused("/etc")


def test_a_link_is_where_it_leads(data, tmp_path):
    (data / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "back").symlink_to(data / "pets")
    refused(data / "link")
    folders.check(tmp_path / "back")


def test_an_operator_names_the_roots_and_uploads_stay(data, tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_FOLDERS", os.pathsep.join([str(tmp_path / "elsewhere"), str(tmp_path / "more")]))
    folders.check(tmp_path / "elsewhere")
    folders.check(tmp_path / "more" / "pets")
    folders.check(data / "uploads" / "token" / "pets")
    refused(data / "pets")
    refused(tmp_path)
    monkeypatch.setenv("STRIDE_FOLDERS", "/")  # as who works alone may do
    folders.check(tmp_path)
    refused(data / "runs")
