"""How many of so many stand out by chance alone, in words: one in twenty is expected to, where nothing differs."""

ONE_IN = 20


def stands_out(number: int) -> str:
    """Of so many that are each held against limits within which 95 in 100 lie; a part of one counts as one."""
    most = -(-number // ONE_IN)
    return "about one at most stands out by chance" if most == 1 else f"about {most} at most stand out by chance"
