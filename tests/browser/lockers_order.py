"""The order that the film of the lockers' browser test answers, and that its server asks for."""

ORDER = ("blink", "turn_left", "turn_right", "blink")
