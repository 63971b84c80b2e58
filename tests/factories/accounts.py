"""People, plainly invented."""

import factory

from mipex_site.accounts.models import User

PASSWORD = "an invented password"


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who may sign in, and may do nothing else: rights come from assignments."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Invented Person {n}")
    password = factory.django.Password(PASSWORD)
