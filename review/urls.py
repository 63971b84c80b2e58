from django.urls import path

from .views import cases, consents, disputes, outcomes, returning

app_name = "review"

CASE = "reviews/<slug:round_code>/<slug:country>/<slug:strand>/"
DISPUTE = "disputes/<slug:round_code>/<slug:country>/<slug:strand>/<slug:indicator>/"

urlpatterns = [
    path(CASE, cases.case, name="case"),
    path(f"{CASE}return/", returning.return_to_expert, name="return"),
    path(f"{CASE}outcome/", outcomes.outcome, name="outcome"),
    path(f"{CASE}<slug:indicator>/", cases.item, name="item"),
    path(f"{CASE}<slug:indicator>/consent/", consents.give, name="consent"),
    path(DISPUTE, disputes.dispute, name="dispute"),
]
