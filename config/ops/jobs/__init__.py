"""Timed jobs: what happens by itself every so often, each in a lane of its own, once on the whole site.

registry  what a job is, and which there are (each app registers its own in `apps.py`)
runner    one in each process that runs jobs: starts what is due, watches the time limits, keeps the leases
leases    the database's part: whose job it is, and what became of it
steps     how a job does many things of which one may break
status    what people and monitors are told
"""
