"""What other apps hear of accounts."""

from django.dispatch import Signal

# After an account was deleted for good, in that transaction. `address`: its e-mail address.
account_erased = Signal()
