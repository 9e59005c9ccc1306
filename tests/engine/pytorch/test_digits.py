"""The network of digits: what its card says of it is so."""

from pathlib import Path

import pytest

from engine.data import weights
from engine.network.zoo import LENET5
from engine.pytorch import digits
from engine.training import trained

TYPEFACES = Path("/usr/share/fonts/truetype/dejavu")


@pytest.mark.skipif(not TYPEFACES.is_dir(), reason="Debian's fonts-dejavu is not installed")
def test_the_network_of_digits_is_right_as_often_as_its_card_says():
    files = digits.typefaces(TYPEFACES)
    share = digits.right(LENET5.network, weights.load("lenet5"), files, seed=1, count=300)
    said = trained.load(weights.LENET5).card["test_accuracy"]
    assert len(files) == 22 and abs(share - said) <= 0.01
