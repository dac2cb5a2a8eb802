// Each answer of the test sheet is sent as soon as it is given, and shown as sent only then. What could not be sent stays on
// this device, as its person's, and goes when the network is back, or when the page is opened again. What a colleague answers
// appears by itself. Without this file the form is sent whole by its button.
"use strict";
(() => {
  const form = document.getElementById("sheet");
  if (!form?.dataset.point) return;
  const words = JSON.parse(form.dataset.words);
  const person = document.getElementById("scans")?.dataset.queuePerson || "";
  const KEY = `filiere-sheet:${form.dataset.sheet}:${person}`; // a sheet begun anew is another
  const AGAIN_AFTER = 5000;
  const SEND_TIMEOUT = 30000;

  // test → {answer, note, was}: what the server has not confirmed.
  let unsent = {};
  try { unsent = JSON.parse(localStorage.getItem(KEY)) || {}; } catch { /* a browser that keeps nothing */ }
  function keep() {
    try {
      if (Object.keys(unsent).length) localStorage.setItem(KEY, JSON.stringify(unsent));
      else localStorage.removeItem(KEY);
    } catch { /* then this page's memory, and the mark says so */ }
  }

  const item = (test) => document.getElementById(`point-${test}`);
  const field = (test, name) => form.elements.namedItem(`${name}-${test}`);
  function mark(test, text) {
    const line = item(test)?.querySelector(".unsent");
    if (!line) return;
    line.hidden = !text;
    line.textContent = text;
  }

  // What stands on the server, taken over: but for what is under a hand, or not sent yet.
  function take(fresh) {
    for (const news of fresh.querySelectorAll("[data-test]")) {
      const test = news.dataset.test, here = item(test);
      if (!here || unsent[test]) continue;
      const hand = document.activeElement;
      if (hand?.type === "text" && here.contains(hand)) {
        // A note is being written here: only what the page has seen is renewed.
        here.querySelector("input[type=hidden]").value = news.querySelector("input[type=hidden]").value;
        continue;
      }
      const note = here.querySelector("input[type=text]").value;
      const focused = here.contains(hand) && hand.id;
      const written = news.querySelector("input[type=text]");
      if (note && !written.value && !news.querySelector("input:checked")) { written.value = note; written.closest("details").open = true; }
      here.replaceWith(news);
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    }
    for (const part of ["sheet-lede", "sheet-error", "sheet-end"]) {
      const news = fresh.getElementById(part), here = document.getElementById(part);
      if (news && here && news.innerHTML !== here.innerHTML) here.innerHTML = news.innerHTML;
    }
  }
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  let sending = false, soon;
  async function send() {
    clearTimeout(soon);
    if (sending) return;
    sending = true;
    try {
      for (let test; (test = Object.keys(unsent)[0]) !== undefined;) {
        const said = unsent[test];
        const body = new URLSearchParams({ csrf_token: form.elements.namedItem("csrf_token").value, [test]: said.answer, [`note-${test}`]: said.note, [`was-${test}`]: said.was });
        let fresh;
        try {
          const answer = await fetch(form.dataset.point, { method: "POST", body, signal: AbortSignal.timeout(SEND_TIMEOUT) });
          fresh = parsed(await answer.text());
          if (answer.status >= 500) throw new Error("later");
        } catch {
          mark(test, words.unsent);
          soon = setTimeout(send, AGAIN_AFTER);
          return;
        }
        const news = fresh.getElementById(`point-${test}`);
        if (!news) { mark(test, words.login); return; } // the session has ended, or this form is too old
        if (unsent[test] === said) delete unsent[test];
        else unsent[test].was = news.querySelector("input[type=hidden]").value; // answered anew while it went
        keep();
        take(fresh);
      }
    } finally { sending = false; }
  }

  function say(test) {
    const chosen = form.querySelector(`[name="${test}"]:checked`);
    if (!chosen) return; // a note waits for its answer
    const note = field(test, "note").value.trim();
    unsent[test] = { answer: chosen.value, note, was: unsent[test]?.was ?? field(test, "was").value };
    keep();
    send();
  }
  form.addEventListener("change", (event) => {
    const test = event.target.closest("[data-test]")?.dataset.test;
    if (test) say(test);
  });
  // The button sends the whole form. What waits here stays until it is confirmed: said twice, it is said once.
  form.addEventListener("submit", () => { for (const [test, said] of Object.entries(unsent)) field(test, "was").value = said.was; });
  addEventListener("online", send);

  // Left over from the last time: shown as not sent, and sent.
  for (const [test, said] of Object.entries(unsent)) {
    const radio = document.getElementById(`${test}-${said.answer}`);
    if (!radio) { delete unsent[test]; continue; }
    radio.checked = true;
    field(test, "note").value = said.note;
    mark(test, words.unsent);
  }
  keep();
  send();

  async function look() {
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(SEND_TIMEOUT) });
      if (answer.ok && !answer.redirected) take(parsed(await answer.text()));
    } catch { /* the next word, or the next answer, brings it */ }
  }
  let source;
  function listen() {
    source?.close();
    if (document.hidden) return;
    source = new EventSource(form.dataset.changes);
    source.addEventListener("changed", look);
  }
  document.addEventListener("visibilitychange", () => { listen(); if (!document.hidden) look(); });
  listen();
})();
