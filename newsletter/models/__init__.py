from .issues import Delivery, Entry, Issue
from .newsletter import Newsletter
from .subscribers import Subscriber

__all__ = ["Delivery", "Entry", "Issue", "Newsletter", "Subscriber"]
