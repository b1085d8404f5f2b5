"""Who can sign in, staff of the newsroom and readers in one table, and who is signed in."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import OpClass
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Lower, Now, Upper
from django.utils.translation import gettext_lazy as _

from . import sessions


class Language(models.TextChoices):
    # Each language is named in itself, so that its speakers find it.
    INDONESIAN = "id", "Bahasa Indonesia"
    ENGLISH = "en", "English"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, email: str | None) -> "User":
        """Find an account by e-mail, whatever the case it was typed in."""
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create an account; without a password it cannot sign in with one.

        Raises ValueError without an e-mail, IntegrityError when the e-mail is taken.
        """
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create an administrator: staff, and every permission."""
        return self.create_user(
            email, password, **(fields | {"is_staff": True, "is_superuser": True})
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. The e-mail address is the login and is unique whatever its case.

    What a person may do comes from the groups of `newsroom.roles`, never from flags here;
    `is_staff` only opens the desk's door.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("As colleagues and readers know you.")
    )
    language = models.CharField(
        _("language of the desk"),
        max_length=2,
        choices=Language,
        default=Language.INDONESIAN,
        db_default=Language.INDONESIAN,
    )
    is_staff = models.BooleanField(
        _("works here"), default=False, help_text=_("May open the desk.")
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick this instead of deleting an account: what it wrote keeps its author."),
    )
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    # Since it was read; sessions end when it is saved.
    _has_new_password = False

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name", "id"]
        indexes = [
            # The desk's lists: whoever works here, and readers; and beginnings of names and addresses.
            models.Index(
                fields=["name", "id"],
                condition=models.Q(is_staff=True),
                name="accounts_user_staff_idx",
            ),
            models.Index(fields=["name", "id"], name="accounts_user_name_idx"),
            models.Index(
                OpClass(Upper("name"), name="text_pattern_ops"), name="accounts_user_upper_name_idx"
            ),
            models.Index(
                OpClass(Upper("email"), name="text_pattern_ops"),
                name="accounts_user_upper_email_idx",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique",
                violation_error_message=_("There is already an account with this e-mail address."),
            ),
            models.CheckConstraint(
                condition=~models.Q(email=""),
                name="accounts_user_email_present",
                violation_error_message=_("An account needs an e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self._has_new_password = not self._state.adding

    def set_unusable_password(self) -> None:
        super().set_unusable_password()
        self._has_new_password = not self._state.adding

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Another password, or none, ends every session; whoever changes their own gets a new one at once."""
        super().save(*args, **kwargs)
        if self._has_new_password:
            self._has_new_password = False
            self.sessions.all().delete()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """As ever; copies of sessions on a cache server go too, which no row leads to afterwards."""
        if sessions.have_copies():
            self.sessions.all().delete()
        return super().delete(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


class SessionQuerySet(models.QuerySet["Session"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """As ever, and their copies on a cache server go too."""
        keys = list(self.values_list("pk", flat=True)) if sessions.have_copies() else []
        deleted = super().delete()
        sessions.forget(keys)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class SessionManager(BaseSessionManager["Session"]):
    def get_queryset(self) -> SessionQuerySet:
        return SessionQuerySet(self.model, using=self._db)


class Session(AbstractBaseSession):
    """A browser that is signed in, or on the way to it. It goes with its account."""

    objects: ClassVar[SessionManager] = SessionManager()

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        # A page that ends after its account was deleted may still save its session.
        db_constraint=False,
        related_name="sessions",
    )
    # Of those who sign in at the desk (accounts/devices.py); empty for readers.
    agent = models.CharField(max_length=300, default="", db_default="", editable=False)
    network = models.CharField(max_length=50, default="", db_default="", editable=False)
    signed_in_at = models.DateTimeField(null=True, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> Any:
        return sessions.SessionStore


class Device(models.Model):
    """A browser with which somebody has signed in at the desk; a signed cookie in it holds the key."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    last_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")

    def __str__(self) -> str:
        return str(self.key)


class Tries(models.Model):
    """How often something was guessed at, and since when that is counted (accounts/limits.py)."""

    key = models.CharField(max_length=80, primary_key=True)
    used = models.PositiveSmallIntegerField()
    since = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("tries")
        verbose_name_plural = _("tries")
        constraints = [
            models.CheckConstraint(condition=~models.Q(key=""), name="accounts_tries_key_present"),
        ]

    def __str__(self) -> str:
        return self.key
