"""Numbers and bytes as letters that are not mistaken for one another: Crockford's base 32, without I, L, O and U."""

import base64
from hashlib import sha256

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # of RFC 4648
_TO, _FROM = str.maketrans(_STANDARD, LETTERS), str.maketrans(LETTERS, _STANDARD)
_MEANT = str.maketrans("OoIiLl", "001111")  # how the letters that there are not are read
GROUP = 5  # letters between two hyphens


def meant(text: str) -> str:
    """Return letters as they are meant: capital, O for 0, I and L for 1."""
    return text.translate(_MEANT).upper()


def digits(number: int, count: int) -> str:
    """Return a number as so many letters. Raises ValueError where it is negative or needs more."""
    if not 0 <= number < 32**count:
        raise ValueError(f"{number} does not fit {count} letters")
    return "".join(LETTERS[number >> (5 * k) & 31] for k in range(count - 1, -1, -1))


def number(letters: str) -> int:
    """Return the number of some letters. Raises ValueError where one is none."""
    made = 0
    for letter in letters:
        made = made * 32 + LETTERS.index(letter)
    return made


def written(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").translate(_TO)


def read(letters: str) -> bytes:
    """Return the bytes of some letters. Raises ValueError where no bytes are written so."""
    content = base64.b32decode(letters.translate(_FROM) + "=" * (-len(letters) % 8))
    if written(content) != letters:
        raise ValueError("no bytes are written so")
    return content


def grouped(letters: str) -> str:
    """Return letters with a hyphen after every five."""
    return "-".join(letters[k : k + GROUP] for k in range(0, len(letters), GROUP))


def short(name: str, bits: int) -> int:
    """Return a number that stands for a name, the same for ever. Tests see that no two of our names have one."""
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big") >> (32 - bits)
