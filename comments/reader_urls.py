"""The addresses of accounts. Names that begin with "account_" are those django-allauth asks for."""

from django.urls import path

from .reader_pages import doors, own, terms

urlpatterns = [
    path("akun/", own.page, name="reader_page"),
    path("akun/unduh/", own.download, name="reader_export"),
    path("akun/hapus/", own.erase, name="reader_erase"),
    path("akun/hapus/kode/", own.ask_again, name="reader_ask_again"),
    path("akun/masuk/", doors.SignIn.as_view(), name="account_login"),
    path("akun/kode/", doors.SignInCode.as_view(), name="account_confirm_login_code"),
    path("akun/daftar/", doors.SignUp.as_view(), name="account_signup"),
    path("akun/daftar/kode/", doors.SignUpCode.as_view(), name="account_email_verification_sent"),
    path("akun/keluar/", doors.SignOut.as_view(), name="account_logout"),
    path("akun/ditutup/", doors.closed, name="account_inactive"),
    # What its views lead to when there is nothing more to prove.
    path("akun/", own.page, name="account_email"),
    path("ketentuan-komentar/", terms.terms, name="reader_terms"),
]
