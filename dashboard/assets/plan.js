// Following a plan up without losing a keystroke. What is written is kept in the browser at once, sent as the field is left, and
// kept until the server says that it is saved: through a reload, a closed lid and a lost connection. When another has written in
// the field meanwhile, both texts are shown and the later one chooses (dashboard/plan_saving.py). Without this script the forms are
// plain ones with a button each.
(function () {
  "use strict";
  const own = (window.uppfoljning = window.uppfoljning || {});
  const AGAIN_MS = 4000; // how long to wait before trying a lost connection again
  const DRAFT_MS = 1500; // how long a pause in the writing is before the draft is sent
  const PREFIX = "plan ";
  const unsent = new Map(); // key of a field -> the field, while the server has not got it
  const sending = new Set(); // promises of what is on its way
  let again = null;

  const partOf = (field) => field.closest("form[data-entry]");
  const hidden = (form, name) => form.querySelector(`input[type=hidden][name="${name}"]`);
  const keyOf = (field) => {
    const form = partOf(field);
    return PREFIX + [form.getAttribute("action"), ...["slag", "post", "period"].map((name) => hidden(form, name).value), field.name].join("|");
  };

  // --- the browser's own store: may be full or forbidden, and then the field itself is what there is -----------------------------

  function keep(field) {
    const draft = { text: field.value, seen: hidden(partOf(field), field.name + "-sett").value };
    try { localStorage.setItem(keyOf(field), JSON.stringify(draft)); } catch (_) { /* the field still holds it */ }
  }
  function kept(field) {
    try { return JSON.parse(localStorage.getItem(keyOf(field))); } catch (_) { return null; }
  }
  function drop(field) {
    try { localStorage.removeItem(keyOf(field)); } catch (_) { /* nothing to remove */ }
  }

  // --- what stands below a field ------------------------------------------------------------------------------------------------

  function say(field, words, wrong) {
    const line = field.parentElement.querySelector(".said");
    line.textContent = words;
    line.classList.toggle("wrong", Boolean(wrong));
    if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
  }
  function clearChoice(field) {
    field.parentElement.querySelector(".choose")?.remove();
  }
  function choice(field, texts, buttons) {
    clearChoice(field);
    const box = document.createElement("div");
    box.className = "choose";
    for (const [tag, text] of texts) {
      const part = document.createElement(tag);
      part.textContent = text;
      box.append(part);
    }
    const row = document.createElement("div");
    for (const [words, act] of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = words;
      button.addEventListener("click", () => { clearChoice(field); act(); field.focus(); });
      row.append(button);
    }
    box.append(row);
    field.parentElement.append(box);
  }

  // --- sending ------------------------------------------------------------------------------------------------------------------

  function bodyOf(field, more) {
    const form = partOf(field);
    const body = new URLSearchParams();
    for (const input of form.querySelectorAll("input[type=hidden]")) if (!input.name.endsWith("-sett")) body.set(input.name, input.value);
    body.set(field.name, field.value);
    body.set(field.name + "-sett", hidden(form, field.name + "-sett").value);
    for (const name in more) body.set(name, more[name]);
    return body;
  }

  function save(field, more) {
    const sent = send(field, more);
    sending.add(sent);
    sent.finally(() => sending.delete(sent));
  }

  async function send(field, more) {
    if (field.dataset.sending) { field.dataset.more = "yes"; return; }
    const sent = field.value;
    field.dataset.sending = "yes";
    clearChoice(field);
    say(field, "Sparar …");
    try {
      const response = await fetch(partOf(field).getAttribute("action"), {
        method: "POST", body: bodyOf(field, more), headers: { Accept: "application/json" }, credentials: "same-origin",
      });
      const told = await response.json();
      if (response.status >= 500) throw new Error("server");
      unsent.delete(keyOf(field));
      if (!response.ok) say(field, `${told.detail} Det du skrev är inte sparat.`, true);
      else take(field, told.answers.find((answer) => answer.field === field.name), sent);
    } catch (_) {
      unsent.set(keyOf(field), field);
      say(field, "Ingen kontakt med servern. Det du skrev finns kvar här och sparas så snart det går.", true);
      again = again || setTimeout(retry, AGAIN_MS);
    }
    delete field.dataset.sending;
    if (field.dataset.more) { delete field.dataset.more; if (field.value !== sent) save(field); }
  }

  function take(field, answer, sent) {
    const seen = hidden(partOf(field), field.name + "-sett");
    if (answer.state === "saved") {
      seen.value = answer.seen;
      field.dataset.saved = sent;
      if (field.value === sent) drop(field); else keep(field);
      say(field, answer.said);
    } else if (answer.state === "refused") {
      say(field, answer.said, true);
    } else if (answer.state === "confirm") {
      say(field, answer.said, true);
      choice(field, [], [["Ja, spara", () => save(field, { bekrafta: "ja" })]]);
    } else {
      say(field, answer.said, true);
      choice(field, [["b", `Det står nu (${answer.by}):`], ["blockquote", answer.theirs || "(tomt)"], ["b", "Du skrev:"], ["blockquote", answer.mine || "(tomt)"]], [
        ["Spara mitt", () => { seen.value = answer.seen; save(field, { bekrafta: "ja" }); }],
        ["Behåll det som står", () => {
          seen.value = answer.seen;
          field.value = answer.theirs;
          field.dataset.saved = answer.theirs;
          drop(field);
          say(field, answer.by);
        }],
      ]);
    }
  }

  function retry() {
    again = null;
    for (const [key, field] of [...unsent]) {
      if (field.isConnected) save(field); else unsent.delete(key);
    }
  }

  // --- writing ------------------------------------------------------------------------------------------------------------------

  const isOurs = (target) => target.matches && target.matches("form[data-entry] [data-field]");
  const pauses = new WeakMap();

  document.addEventListener("input", (event) => {
    if (!isOurs(event.target)) return;
    const field = event.target;
    keep(field);
    clearTimeout(pauses.get(field));
    pauses.set(field, setTimeout(() => sendDraft(field), DRAFT_MS));
  });
  document.addEventListener("change", (event) => { if (isOurs(event.target)) leave(event.target); });
  document.addEventListener("focusout", (event) => { if (isOurs(event.target)) leave(event.target); });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("form[data-entry]")) {
      event.preventDefault();
      for (const field of form.querySelectorAll("[data-field]")) leave(field);
    } else if (sending.size && form.method === "post") { // a period must not be closed before what was written last is there
      event.preventDefault();
      Promise.allSettled([...sending]).then(() => form.requestSubmit(event.submitter));
    }
  });
  window.addEventListener("online", retry);
  document.addEventListener("visibilitychange", () => {
    const field = document.activeElement;
    if (document.visibilityState === "hidden" && field && isOurs(field)) leave(field);
  });

  function leave(field) {
    clearTimeout(pauses.get(field));
    if (field.value !== (field.dataset.saved ?? field.dataset.first)) save(field);
  }

  function sendDraft(field) {
    if (!field.isConnected || field.value === (field.dataset.saved ?? field.dataset.first)) return;
    const address = partOf(field).getAttribute("action").replace(/spara$/, "utkast");
    fetch(address, { method: "POST", body: bodyOf(field), headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => {});
  }

  // --- what was being written when the page was left ------------------------------------------------------------------------------

  own.planDrawn = function () {
    const fields = document.querySelectorAll("form[data-entry] [data-field]");
    for (const field of fields) {
      if (field.dataset.first !== undefined) continue;
      field.dataset.first = field.tagName === "SELECT" ? [...field.options].find((each) => each.defaultSelected)?.value ?? field.value : field.defaultValue;
      const draft = kept(field);
      const text = draft ? draft.text : field.dataset.draft;
      if (text === undefined || text === field.dataset.first) { if (draft) drop(field); continue; }
      field.value = text;
      if (draft) hidden(partOf(field), field.name + "-sett").value = draft.seen;
      say(field, "Det du skrev förra gången är tillbaka.");
      save(field);
    }
  };
})();
