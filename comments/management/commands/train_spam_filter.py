"""Trains the spam filter on what moderators decided."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from comments.spam import SpamModelError, files
from comments.spam.retraining import FEWEST_DECISIONS, retrain, train_shipped


class Command(BaseCommand):
    help = "Train the spam filter on the shipped comments and the moderators' decisions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--shipped",
            action="store_true",
            help="make the model that is shipped, from the shipped comments alone (for developers)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["shipped"]:
                train_shipped(files.SHIPPED_MODEL, self._progress)
                self.stdout.write(str(files.SHIPPED_MODEL))
                return
            outcome = retrain(progress=self._progress)
        except KeyboardInterrupt:
            # Stopped by hand: the former model stays, nothing was written.
            sys.exit(130)
        except (SpamModelError, OSError) as error:
            raise CommandError(str(error)) from None
        numbers = {
            "learned": outcome.learned,
            "examined": outcome.examined,
            "fewest": FEWEST_DECISIONS,
            "loss": outcome.loss,
            "former": outcome.former_loss,
        }
        if outcome.loss is None:
            message = _(
                "Nothing trained: %(learned)d decisions to learn from and %(examined)d to examine "
                "by are too few; %(fewest)d are needed."
            )
        elif outcome.is_kept:
            message = _(
                "The new model is in use. It learned from %(learned)d decisions; on %(examined)d "
                "others its loss is %(loss).4f, the former one's %(former).4f."
            )
        else:
            message = _(
                "The former model stays. The new one learned from %(learned)d decisions; on "
                "%(examined)d others its loss is %(loss).4f, the former one's %(former).4f."
            )
        self.stdout.write(message % numbers)

    def _progress(self, done: str) -> None:
        self.stdout.write(f"… {done}")
        self.stdout.flush()
