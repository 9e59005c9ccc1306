"""The versions of all packages: what is installed is what the requirements and the constraints say."""

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import constraints


def held() -> dict[str, str]:
    """Return the versions that constraints.txt pins, by name."""
    lines = constraints.FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_what_the_packages_bring_is_pinned_as_it_is_installed():
    """After a change of the requirements: `make constraints`."""
    assert held() == constraints.pins() and len(held()) > 40
    assert (
        "-c constraints.txt" in (constraints.ROOT / "requirements-lessons.txt").read_text(encoding="utf-8").splitlines()
    )


def test_every_direct_package_has_one_version_and_no_pin_is_one_platforms():
    for one in constraints.direct():
        assert [piece.operator for piece in one.specifier] == ["=="], str(one)
    direct = {canonicalize_name(one.name) for one in constraints.direct()}
    for name, version in held().items():
        assert not constraints.OF_A_PLATFORM.fullmatch(name) and name not in direct
        assert "+" not in version, f"{name} {version} is a build for one platform"


def test_a_package_that_another_platform_needs_is_left_to_it():
    assert not constraints._is_needed(Requirement('colorama; sys_platform == "no such"'), set())
    assert constraints._is_needed(Requirement('uvloop; extra == "standard"'), {"standard"})
    assert not constraints._is_needed(Requirement('uvloop; extra == "standard"'), set())
