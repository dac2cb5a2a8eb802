// What cannot be undone is not done by Enter in a field: that leads to the button, which says what it does.
"use strict";
document.addEventListener("keydown", (event) => {
  const form = event.key === "Enter" && event.target.matches?.("input") && event.target.closest("[data-enter-asks]")?.closest("form");
  if (!form) return;
  event.preventDefault();
  if (form.reportValidity()) form.querySelector("[type=submit]").focus();
});
