from django.urls import path

from . import views

app_name = "mail"

urlpatterns = [
    path("my-mail/", views.choice, name="choice"),
]
