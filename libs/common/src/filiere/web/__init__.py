"""Web kit of the services: app factory, who may call what, sessions, errors, pages, tables, forms.

Everything a slice needs is imported from here.
"""

from filiere.documents.qr import qr_svg
from filiere.roles import Role
from filiere.web.access import allow, public, routes_with_access
from filiere.web.addresses import path
from filiere.web.app import create_app
from filiere.web.app_state import own_settings
from filiere.web.charts import Bar, Group, GroupedBars
from filiere.web.errors import Conflict, DomainError, FieldError, Forbidden, NotFound, Unavailable, Unprocessable
from filiere.web.forms import Form, read_form
from filiere.web.i18n import gettext, ngettext, told
from filiere.web.memberships import grant, revoke
from filiere.web.openapi import raises
from filiere.web.pages import flash, kept_page, live_changes, page, redirect, render, shared_page
from filiere.web.pagination import Page, PageRequest, Paging
from filiere.web.principal import Membership, Principal
from filiere.web.progress import Bead, counted_thread
from filiere.web.routers import answer_router, api_router, page_router, script_router
from filiere.web.sessions import OwnSessions, ReadSession, StreamSession, WriteSession, attempt
from filiere.web.sheet_export import sheet_response
from filiere.web.tables import Choice, Column, Search, Table, TableView

__all__ = [
    "Bar",
    "Bead",
    "Choice",
    "Column",
    "Conflict",
    "DomainError",
    "FieldError",
    "Forbidden",
    "Form",
    "Group",
    "GroupedBars",
    "Membership",
    "NotFound",
    "OwnSessions",
    "Page",
    "PageRequest",
    "Paging",
    "Principal",
    "ReadSession",
    "Role",
    "Search",
    "StreamSession",
    "Table",
    "TableView",
    "Unavailable",
    "Unprocessable",
    "WriteSession",
    "allow",
    "answer_router",
    "api_router",
    "attempt",
    "counted_thread",
    "create_app",
    "flash",
    "gettext",
    "grant",
    "kept_page",
    "live_changes",
    "ngettext",
    "own_settings",
    "page",
    "page_router",
    "path",
    "public",
    "qr_svg",
    "raises",
    "read_form",
    "redirect",
    "render",
    "revoke",
    "routes_with_access",
    "script_router",
    "shared_page",
    "sheet_response",
    "told",
]
