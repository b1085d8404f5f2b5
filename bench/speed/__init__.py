"""Speed, measured in one run against its limits: `bench/run.py`."""
