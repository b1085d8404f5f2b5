"""Django's own words that the desk shows and whose Indonesian we replace.

Nothing uses these values. They stand here so that `manage.py translations` finds them: our
catalogue comes after Django's and wins, and Django's Indonesian is partly wrong (“already
exists” is rendered as “does not exist”) and partly not how a newsroom speaks.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

WORDS = (
    ngettext_lazy(
        "Please correct the error below.",
        "Please correct the errors below.",
        "number",
    ),
    _("Home"),
    _("Breadcrumbs"),
    _("%(app)s administration"),
    _("Models in the %(name)s application"),
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("Add %s"),
    _("Add %(name)s"),
    _("Add another %(verbose_name)s"),
    _("Add another %(model)s"),
    _("View selected %(model)s"),
    _("Select %s to view"),
    _("Remove from sorting"),
    _("Toggle sorting"),
    _("None available"),
    _("No fields changed."),
    _("Changed {fields}."),
    _("Changed {fields} for {name} “{object}”."),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was changed successfully."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("You may edit it again below."),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    _("Cannot delete %(name)s"),
    _("Delete selected %(verbose_name_plural)s"),
    _("Successfully deleted %(count)d %(items)s."),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following"
        " protected related objects:"
    ),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related "
        "objects, but your account doesn't have permission to delete the following types of "
        "objects:"
    ),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the '
        "following related items will be deleted:"
    ),
    _("Objects"),
    _("Yes, I’m sure"),
    _("No, take me back"),
    _("Save and add another"),
    _("Save and continue editing"),
    _("Any date"),
    _("You don’t have permission to view or edit anything."),
    _(
        "You are authenticated as %(username)s, but are not authorized to access this page. "
        "Would you like to login to a different account?"
    ),
    _("This object doesn’t have a change history. It probably wasn’t added via this admin site."),
    _("Change history: %s"),
    _("Thanks for spending some quality time with the web site today."),
    _("Log in again"),
    _("Email address:"),
    _("Password"),
    _("password"),
    _("Password confirmation"),
    _("Old password"),
    _("New password"),
    _("New password confirmation"),
    _("Password change"),
    _("Change my password"),
    _("Your password was changed."),
    _("Password change successful"),
    _("Password changed successfully."),
    _("Change password: %s"),
    _("Set password: %s"),
    _("Set password"),
    _("Reset password"),
    _("No password set."),
    _(
        "Please enter your old password, for security’s sake, and then enter your new password "
        "twice so we can verify you typed it in correctly."
    ),
    _("Enter a new password for the user <strong>%(username)s</strong>."),
    _("Enter the same password as before, for verification."),
    _("The two password fields didn’t match."),
    _("Your old password was entered incorrectly. Please enter it again."),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be entirely numeric."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "number",
    ),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Enable password-based authentication for this user by setting a password."),
    _("This action will <strong>enable</strong> password-based authentication for this user."),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("Password-based authentication"),
    _("Password-based authentication was disabled."),
    _("Enabled"),
    _("Disabled"),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, "
        "they may still be able to authenticate using other backends, such as Single Sign-On or"
        " LDAP."
    ),
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("superuser status"),
    _("Designates that this user has all permissions without explicitly assigning them."),
    _("groups"),
    _("This account is inactive."),
    _("This field is required."),
    _("This field cannot be null."),
    _("This field cannot be blank."),
    _("%(model_name)s with this %(field_labels)s already exists."),
    _("%(model_name)s with this %(field_label)s already exists."),
    _("Enter a valid value."),
    _("Enter a valid email address."),
    _("Enter a valid URL."),
    _("Enter a valid integer."),
    _("Enter a whole number."),
    _("Enter a number."),
    _("Enter a valid date."),
    _("Enter a valid time."),
    _("Enter a valid date/time."),
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "number",
    ),
    _("Upload a valid image. The file you uploaded was either not an image or a corrupted image."),
    _("No file was submitted."),
    _("The submitted file is empty."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("Please correct the duplicate values below."),
    pgettext_lazy("A tag name", "name"),
    pgettext_lazy("A tag slug", "slug"),
    _("A comma-separated list of tags."),
)
