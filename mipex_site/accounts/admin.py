from django.contrib import admin

from mipex_site.base.admin import LookingAdmin

from .models import User


@admin.register(User)
class UserAdmin(LookingAdmin):
    list_display = ("name", "email", "is_active", "is_staff")
    search_fields = ("name", "email")
    exclude = ("password",)
