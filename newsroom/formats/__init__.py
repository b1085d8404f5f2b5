"""How the house writes dates and times; Django's own formats are those of a form, not of a paper."""
