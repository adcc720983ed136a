"""What the product promises, measured. `make bench` runs all of it."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as config.settings has it: read when numpy is loaded
