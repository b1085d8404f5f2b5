"""People and offices: who was there, as whom, and for whom."""
