"""The pages of an account: the door, one's own page, and the terms. All but the terms are private."""
