"""Right programs for published problems, written for these tests."""

HUMANEVAL = {
    "HumanEval/0": """
def has_close_elements(numbers: List[float], threshold: float) -> bool:
    near = sorted(numbers)
    return any(two - one < threshold for one, two in zip(near, near[1:]))
""",
    "HumanEval/10": """
def is_palindrome(string: str) -> bool:
    return string == string[::-1]


def make_palindrome(string: str) -> str:
    for start in range(len(string)):
        if is_palindrome(string[start:]):
            return string + string[:start][::-1]
    return ''
""",
    "HumanEval/25": """
def factorize(n):
    found, factor = [], 2
    while n > 1:
        if n % factor:
            factor += 1
        else:
            found.append(factor)
            n //= factor
    return found
""",
    "HumanEval/32": """
def find_zero(xs: list):
    low, high = -1.0, 1.0
    while poly(xs, low) * poly(xs, high) > 0:
        low *= 2
        high *= 2
    while high - low > 1e-10:
        middle = (low + high) / 2
        if poly(xs, low) * poly(xs, middle) > 0:
            low = middle
        else:
            high = middle
    return low
""",
    "HumanEval/33": """
def sort_third(l: list):
    l = list(l)
    l[::3] = sorted(l[::3])
    return l
""",
    "HumanEval/38": """
def decode_cyclic(s: str):
    return encode_cyclic(encode_cyclic(s))
""",
    "HumanEval/50": """
def decode_shift(s: str):
    return ''.join(chr((ord(one) - 5 - ord('a')) % 26 + ord('a')) for one in s)
""",
    "HumanEval/53": """
def add(x: int, y: int):
    return x + y
""",
    "HumanEval/44": """
def change_base(x: int, base: int):
    digits = ''
    while x:
        digits = str(x % base) + digits
        x //= base
    return digits
""",
    "HumanEval/148": """
def bf(planet1, planet2):
    names = ('Mercury', 'Venus', 'Earth', 'Mars', 'Jupiter', 'Saturn', 'Uranus', 'Neptune')
    if planet1 not in names or planet2 not in names:
        return ()
    first, last = sorted((names.index(planet1), names.index(planet2)))
    return names[first + 1:last]
""",
    "HumanEval/145": """
def order_by_points(nums):
    def points(n):
        digits = [int(one) for one in str(abs(n))]
        if n < 0:
            digits[0] *= -1
        return sum(digits)
    return sorted(nums, key=points)
""",
    "HumanEval/28": """
def concatenate(strings):
    return ''.join(strings)
""",
}
"""Programs by the id of their problem; helpers and imports of the prompt are used without being repeated."""

MBPP = {
    "872": """
def check_subset(one, other):
    return all(item in one for item in other)
""",
    "893": """
def Extract(lst):
    return [item[-1] for item in lst]
""",
    "677": """
def validity_triangle(a, b, c):
    return a + b + c == 180
""",
    "580": """
def even(items):
    for item in items:
        if isinstance(item, tuple):
            yield tuple(even(item))
        elif item % 2 == 0:
            yield item


def extract_even(items):
    return tuple(even(items))
""",
    "964": """
def word_len(s):
    return len(s) % 2 == 0
""",
    "40": """
from collections import Counter
from itertools import chain


def freq_element(nums):
    return Counter(chain.from_iterable(nums))
""",
    "596": """
import sys


def tuple_size(items):
    return sys.getsizeof(items)
""",
    "601": """
class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b


def max_chain_length(pairs, n):
    best = [1] * n
    for i in range(1, n):
        for j in range(i):
            if pairs[i].a > pairs[j].b:
                best[i] = max(best[i], best[j] + 1)
    return max(best)
""",
    "533": """
def remove_datatype(items, kind):
    return [item for item in items if not isinstance(item, kind)]
""",
    "912": """
from math import comb


def lobb_num(n, m):
    return (2 * m + 1) * comb(2 * n, m + n) / (m + n + 1)
""",
    "126": """
def sum(a, b):
    return __builtins__['sum'](d for d in range(1, min(a, b) + 1) if a % d == b % d == 0)
""",
    "704": """
def harmonic_sum(n):
    return 1 if n < 2 else 1 / n + harmonic_sum(n - 1)
""",
}
"""Likewise."""
