"""Names as they are typed in a second time by somebody who doesn't find them in the list."""

from random import Random

_SHORTEST_WORD = 6


def second_spelling(name: str, dice: Random) -> str:
    """Return the name in another spelling: with a legal form, signs, another order, or a slip in a long word."""
    words = name.split()
    forms = [f"{name} LLC", f"{name}, Inc.", f"{name} (2)"]
    if "&" in name:
        forms.append(name.replace("&", "and"))
    if "and" in words:
        forms.append(name.replace(" and ", " & "))
    long_words = [word for word in words if len(word) >= _SHORTEST_WORD and word.isalpha()]
    if long_words:
        word = dice.choice(long_words)
        place = dice.randrange(1, len(word) - 2)
        forms += [
            name.replace(word, word[:place] + word[place + 1 :]),
            name.replace(word, word[:place] + word[place + 1] + word[place] + word[place + 2 :]),
            name.replace(word, word[:place] + word[place] + word[place:]),
        ]
    return dice.choice([form for form in forms if form != name])
