"""The demo publication: an invented daily of an invented regency, to try everything on."""
