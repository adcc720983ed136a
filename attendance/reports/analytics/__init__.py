"""Analytics: the rolls of a period as a few pictures, and a list of those who fall behind."""
