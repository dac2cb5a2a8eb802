"""Forms of pages: read into a pydantic model; shown again with every value kept and a sentence beside each error."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from filiere.web.bounded_types import FROM_A_FORM
from filiere.web.csrf import FIELD
from filiere.web.errors import DomainError
from filiere.web.i18n import told
from filiere.web.validation import field_errors

ModelT = TypeVar("ModelT", bound=BaseModel)
Values = Mapping[str, str | list[str]]


class Form(Generic[ModelT]):
    """A form on its way: what was typed (`values`), what is wrong (`errors`, by field), the model when all is well.

    An empty form for the first display: `Form()`, or `Form({"city": "Lens"})` with values to begin with.
    """

    def __init__(
        self, values: Values | None = None, errors: Mapping[str, str] | None = None, model: ModelT | None = None
    ) -> None:
        self.values: Values = values or {}
        self.errors: dict[str, str] = dict(errors or {})
        self.model = model
        self.labels: dict[str, str] = {}  # field → its words on screen, for the summary of errors

    def labelled(self, name: str, label: str) -> str:
        """Called by the `field` macro; writes nothing."""
        self.labels[name] = label
        return ""

    @property
    def listed_errors(self) -> list[tuple[str, str]]:
        """(field, sentence) of what is wrong, in the order in which the form shows its fields."""
        shown = {name: place for place, name in enumerate(self.labels)}
        errors = [(name, message) for name, message in self.errors.items() if name]
        return sorted(errors, key=lambda one: shown.get(one[0], len(shown)))

    @property
    def first_error(self) -> str:
        """What is wrong first, in the language of the page: for a notice where the form is not shown again."""
        return told(next(iter(self.errors.values())))

    @property
    def is_valid(self) -> bool:
        return not self.errors and self.model is not None

    @property
    def data(self) -> ModelT:
        """The model; only for a valid form."""
        if self.model is None:
            raise ValueError("a form with errors has no data")
        return self.model

    def refuse(self, error: DomainError, field: str = "") -> "Form[ModelT]":
        """Attach a rule's refusal: beside its fields, or above the form; returns the form itself."""
        if error.errors:
            self.errors.update({item.field: item.message_fr for item in error.errors})
        else:
            self.errors[field] = error.sentence
        return self


async def read_form(request: Request, model: type[ModelT], *, lists: Sequence[str] = ()) -> Form[ModelT]:
    """Parse the submitted form into `model`. Empty texts count as not given; `lists` names repeated fields.

    Errors of nested fields are reported under the first part of their path.
    """
    submitted = await request.form()
    values: dict[str, str | list[str]] = {}
    for name in submitted:
        if name == FIELD:
            continue
        texts = [value.strip() for value in submitted.getlist(name) if not isinstance(value, UploadFile)]
        if name in lists:
            values[name] = texts
        elif texts:
            values[name] = texts[-1]
    given: dict[str, Any] = {name: value for name, value in values.items() if value != ""}
    try:
        return Form(values, None, model.model_validate(given, context=FROM_A_FORM))
    except ValidationError as error:
        errors: dict[str, str] = {}
        for item in field_errors(error.errors()):
            errors.setdefault(item.field.split(".")[0], item.message_fr)
        return Form(values, errors)
