"""How far two names are apart."""


def one_slip_apart(one: str, other: str) -> bool:
    """Whether a letter added, left out, replaced or swapped with its neighbour makes the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    rest, other_rest = one[start:], other[start:]
    if rest[1:] == other_rest[1:]:
        return True
    return len(rest) > 1 and rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
