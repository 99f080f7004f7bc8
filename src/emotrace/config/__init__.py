"""Settings: recipes, what systems declare, and how faces are found; typed, frozen, checked."""
