"""Invented ЕГН and ЕИК whose check digits are right."""

EGN_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6)
FIRST_WEIGHTS, SECOND_WEIGHTS = range(1, 9), range(3, 11)


def make_egn(rng, is_man):
    """A number of somebody born between 1935 and 2004; the ninth digit is even for men."""
    year, month, day = rng.randint(1935, 2004), rng.randint(1, 12), rng.randint(1, 28)
    order = rng.randrange(100) * 10 + rng.randrange(0, 10, 2) + (0 if is_man else 1)
    return add_egn_digit(f"{year % 100:02}{month + (40 if year >= 2000 else 0):02}{day:02}{order:03}")


def add_egn_digit(nine):
    return nine + str(sum(weight * int(digit) for weight, digit in zip(EGN_WEIGHTS, nine, strict=True)) % 11 % 10)


def make_eik(rng):
    return add_eik_digit(f"{rng.choice((2, 1)) * 100 + rng.randrange(0, 8)}{rng.randrange(100000):05}")


def add_eik_digit(eight):
    digits = [int(digit) for digit in eight]
    check = sum(weight * digit for weight, digit in zip(FIRST_WEIGHTS, digits, strict=True)) % 11
    if check == 10:
        check = sum(weight * digit for weight, digit in zip(SECOND_WEIGHTS, digits, strict=True)) % 11 % 10
    return eight + str(check)
