"""What was delivered, as the ad desk and the advertisers read it."""

from .campaigns import Promise, Report, report_on, sold
from .figures import Figures
from .period import BadPeriod, Period

__all__ = ["BadPeriod", "Figures", "Period", "Promise", "Report", "report_on", "sold"]
