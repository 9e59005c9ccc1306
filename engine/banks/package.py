"""IMS content packages: a zip with a manifest that names its files."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

SCHEMA = "http://www.imsglobal.org/xsd"
DATE = (2026, 1, 1, 0, 0, 0)  # of every file, so that the same exercises make the same package


@dataclass(frozen=True)
class Resource:
    """What a manifest lists: its sort, its files (the first is the one to open), what it needs."""

    name: str
    sort: str
    files: tuple[str, ...]
    needs: tuple[str, ...] = ()


def manifest(namespace: str, schema: tuple[str, str], resources: Iterable[Resource]) -> bytes:
    """Return imsmanifest.xml. namespace: of the version of Content Packaging; schema: its name and version."""
    root = ET.Element("manifest", {"xmlns": namespace, "identifier": "stride"})
    metadata = ET.SubElement(root, "metadata")
    for tag, text in zip(("schema", "schemaversion"), schema, strict=True):
        ET.SubElement(metadata, tag).text = text
    ET.SubElement(root, "organizations")
    place = ET.SubElement(root, "resources")
    for one in resources:
        entry = ET.SubElement(place, "resource", identifier=one.name, type=one.sort, href=one.files[0])
        for file in one.files:
            ET.SubElement(entry, "file", href=file)
        for other in one.needs:
            ET.SubElement(entry, "dependency", identifierref=other)
    return xml(root)


def xml(root: ET.Element) -> bytes:
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files, by their names, as a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
