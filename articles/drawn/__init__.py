"""Pictures that are made of words: what messengers show of a story without a photo, and the publication's icon."""
