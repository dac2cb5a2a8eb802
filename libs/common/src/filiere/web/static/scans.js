// No scan is lost: each goes into this device's own queue (queue.js) first, is shown at once, and is sent in its turn.
// Loaded on every page of a service that takes scans.
"use strict";
(() => {
  const kit = document.getElementById("scans");
  if (!kit || !window.isSecureContext || !window.filiereQueue) return; // over plain HTTP browsers keep nothing: forms are sent as they are
  const words = JSON.parse(kit.dataset.words);
  const { send, queuePerson: person, desk: deskAddress, root } = kit.dataset;
  const desk = document.querySelector("[data-scan-desk]");
  const form = desk?.querySelector("form");
  const openedAt = Date.now();

  // What is shown --------------------------------------------------------------------------------------------------
  let unsent = 0;
  const filled = (text, count) => text.replace("{count}", new Intl.NumberFormat(document.documentElement.lang).format(count));
  const counted = (name, count) => filled(words[name][count > 1 ? 1 : 0], count);
  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function link(href, text) {
    const made = element("a", "", text);
    made.href = href;
    return made;
  }
  const KIND = { waiting: "wait", new: "ok", already: "info", wrong: "stop" };
  function row(scan) {
    const kind = scan.state === "waiting" ? "waiting" : scan.kind;
    const item = element("li", `scanned ${KIND[kind]}`);
    item.append(element("b", "", words.kinds[kind]), " ", element("code", "", scan.label || scan.code));
    if (scan.sentence) item.append(element("span", "why", scan.sentence));
    if (scan.href) { const open = element("span", "why"); open.append(link(scan.href, words.open)); item.append(open); }
    return item;
  }
  function card(scan) {
    const made = element("div", "note stop"), inside = element("div", "");
    inside.append(element("b", "", scan.label || scan.code), " ", element("span", "", scan.sentence));
    const settle = element("button", "btn quiet", words.settled);
    settle.type = "button";
    settle.addEventListener("click", () => queue.change(scan, { state: "done" }));
    const actions = element("p", "row");
    actions.append(settle);
    inside.append(actions);
    made.append(inside);
    return made;
  }
  function draw(scans, { trouble, isLasting }) {
    const mine = scans.filter((scan) => scan.person === person);
    const waiting = (unsent = mine.filter((scan) => scan.state === "waiting").length);
    const others = scans.filter((scan) => scan.person !== person && scan.state === "waiting").length;
    kit.hidden = !waiting && !others && isLasting;
    kit.replaceChildren();
    if (waiting) {
      const line = element("p", "", counted("unsent", waiting));
      if (trouble) line.append(" ", words[trouble]);
      if (trouble === "login") line.append(" ", link(`${root}/login?next=${encodeURIComponent(location.pathname.slice(root.length))}`, words.log_in));
      else if (!desk) line.append(" ", link(deskAddress, words.desk));
      kit.append(line);
    }
    if (others) kit.append(element("p", "", counted("others", others)));
    if (!isLasting) kit.append(element("p", "", words.memory));
    if (!desk) return;
    const here = mine.filter((scan) => !desk.dataset.lot || scan.lot === desk.dataset.lot);
    desk.querySelector("[data-last]").replaceChildren(...here.slice(-Number(desk.dataset.shown)).reverse().map(row));
    const open = here.filter((scan) => scan.state === "settle");
    desk.querySelector("[data-settle]").replaceChildren(...open.map(card));
    const latest = here.findLast((scan) => scan.arrived !== undefined);
    const tally = desk.querySelector("[data-tally]");
    if (!tally || !latest) return;
    desk.querySelector("[data-left-line]").hidden = true;
    // A colleague's scans come with the page's own count, which may be the newer one.
    if (latest.arrived >= Number(tally.dataset.arrived)) tally.textContent = words.tally.replace("{arrived}", latest.arrived).replace("{announced}", latest.announced);
    // The last one, answered since this page was opened (a copy kept for the time without the network would open for
    // ever): the page has another next step now.
    const isLast = latest.arrived === latest.announced && latest.answered >= openedAt && !waiting;
    if (isLast && Number(desk.dataset.left) && navigator.onLine && !isTyping()) location.reload();
  }

  // Sending --------------------------------------------------------------------------------------------------------
  const queue = window.filiereQueue({
    name: "scans",
    store: "scans",
    root,
    person,
    send,
    page: deskAddress,
    most: 200, // answered scans that stay on this device
    onChange: draw,
    body: (scan) => ({ label: scan.code, lot_id: scan.lot || null }),
    isAnswer: (said) => said?.kind in KIND,
    answered: (said, isTaken) => isTaken
      ? { state: said.kind === "wrong" ? "settle" : "done", kind: said.kind, sentence: said.sentence, label: said.label, href: said.href, arrived: said.arrived, announced: said.announced }
      : { state: "settle", kind: "wrong", sentence: said.errors?.[0]?.message_fr || said.title },
    onAnswer(scan) {
      document.dispatchEvent(new CustomEvent("sound", { detail: scan.kind }));
      if (scan.opens && scan.href && mayLeave(scan)) location.href = scan.href;
      else if (!desk && scan.sentence) document.dispatchEvent(new CustomEvent("toast", { detail: { text: scan.sentence, kind: KIND[scan.kind], href: scan.href, word: words.open } }));
    },
  });

  // Scanning -------------------------------------------------------------------------------------------------------
  let latestKey;
  function take(code, { lot = "", opens = false } = {}) {
    latestKey = crypto.randomUUID();
    return queue.add({ key: latestKey, code: code.slice(0, 300), lot, opens, at: new Date().toISOString() });
  }
  // A page is left for a device only when nothing was scanned after it, and nothing typed would be lost.
  const mayLeave = (scan) => scan.key === latestKey && !isTyping();
  function isTyping() {
    const typed = [...document.querySelectorAll("main input, main textarea")].some((field) => field.type !== "hidden" && (field.value !== field.defaultValue || field.checked !== field.defaultChecked));
    return typed || document.querySelector("dialog[open]") !== null;
  }
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const field = form.querySelector(".scan input");
    const code = field.value.trim();
    field.value = ""; // at once: the next scan is being typed already
    field.focus();
    if (code) take(code, { lot: desk.dataset.lot, opens: !desk.dataset.lot });
  });

  // A scanner types faster than any hand and ends with Enter. Anywhere but in its own field, that opens the device and
  // sends no form; in a field, what is no label of ours was meant for the field and stays there, and a label too where
  // the field asks for one.
  const FAST = 60, FALTERING = 500; // ms between two keys: in a field a hand types too, elsewhere only a scanner does
  const OURS = /(?:^|\/)(FIL-?[0-9A-Z]{5}-?[0-9A-Z])\/?$/i;
  let burst = "", last = 0, before = null, sure = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target;
    if (form && target === form.querySelector(".scan input")) return;
    const isField = target.matches("input, textarea");
    const isFast = event.timeStamp - last < (isField ? FAST : FALTERING);
    if (event.key === "Enter") {
      const code = burst;
      burst = "";
      if (!isFast || code.length < 6) return;
      const label = code.match(OURS);
      event.preventDefault(); // a scanner never sends a form
      event.stopPropagation();
      if (isField && (!label || target.matches("[data-takes-label]"))) {
        if (target.matches("textarea[data-takes-label]")) target.setRangeText("\n", target.selectionEnd, target.selectionEnd, "end"); // a list, one a line
        return;
      }
      if (isField && before !== null) { target.value = before; target.dispatchEvent(new Event("input", { bubbles: true })); }
      take(label ? label[1] : code, { lot: desk?.dataset.lot, opens: !desk?.dataset.lot });
    } else if (event.key.length === 1) {
      if (!isFast || !burst) { burst = ""; before = isField ? target.value : null; }
      burst += event.key;
      last = event.timeStamp;
    }
  }, true);

  // The rest -------------------------------------------------------------------------------------------------------
  document.querySelectorAll("form[data-logout]").forEach((out) => out.addEventListener("submit", (event) => {
    if (unsent && !confirm(`${counted("unsent", unsent)} ${words.leaving}`)) event.preventDefault();
  }));
  window.filiereKeepPages({ root, person, worker: kit.dataset.worker, pages: [deskAddress, ...(desk ? [location.pathname] : [])], isFresh: false });
})();
