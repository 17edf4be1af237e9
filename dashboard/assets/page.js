// The page: draws the tree that the server sends, and keeps it in step with the address. Without this script the links and
// forms are plain ones and the server answers with whole pages. See dashboard/tree.py and dashboard/site.py.
(function () {
  "use strict";
  const React = window.React;
  const own = (window.uppfoljning = window.uppfoljning || {});
  const REACT_NAMES = { class: "className", for: "htmlFor" };
  const SLOW_MS = 250;
  const LOST_MS = 15000;

  const here = () => location.pathname + location.search;
  let goTo = () => {}; // asks the server for the page at the address; Page sets it
  let asked = null; // the address that the server was last asked for
  let arriving = null; // what to do when that page is drawn: move focus to its heading, and scroll
  let timers = [];
  let mine = null; // the reader's own part of the header

  // --- drawing ------------------------------------------------------------------------------------------------------

  function draw(node) {
    if (typeof node === "string") return node;
    const [tag, attributes, ...children] = node;
    if (tag === "who") return mine ? draw(mine) : null;
    if (tag === "diagram") return React.createElement(own.Diagram, { key: attributes.id, ...attributes });
    const named = {};
    for (const name in attributes) named[REACT_NAMES[name] || name] = attributes[name];
    return React.createElement(tag, named, ...children.map(draw));
  }

  async function unpacked(answer) {
    if (!answer.tree) return answer;
    const bytes = Uint8Array.from(atob(answer.tree), (letter) => letter.charCodeAt(0));
    const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return { ...answer, tree: await new Response(text).json() };
  }

  own.Page = function (props) {
    own.settings = props.settings;
    const [shown, show] = React.useState(null); // the answer that is drawn, its tree unpacked
    React.useEffect(() => {
      goTo = () => {
        if (here() === asked) return settle();
        asked = here();
        wait();
        props.setProps({ address: asked });
      };
      goTo();
    }, []);
    React.useEffect(() => {
      let late = false;
      if (props.answer) unpacked(props.answer).then((answer) => { if (!late) show(answer); });
      return () => { late = true; };
    }, [props.answer]);
    React.useLayoutEffect(() => { if (shown) arrived(shown); }, [shown]);
    mine = (shown && shown.who) || null;
    return shown && shown.tree ? React.createElement(React.Fragment, null, ...shown.tree.map(draw)) : null;
  };

  function arrived(answer) {
    timers.forEach(clearTimeout);
    document.documentElement.removeAttribute("data-state");
    if (answer.redirect) {
      history.replaceState(history.state, "", answer.redirect);
      goTo();
      return;
    }
    const first = document.getElementById("first");
    const active = first && first.contains(document.activeElement) && document.activeElement.id;
    const written = first ? writtenIn(first) : [];
    const flags = first ? [["details", "open"], ["input[type=checkbox]", "checked"]].map(([tags, flag]) => [tags, flag, [...first.querySelectorAll(tags)].map((each) => each[flag])]) : [];
    if (first) first.remove();
    for (const [id, value] of written) write(document.getElementById(id), value);
    for (const [tags, flag, values] of flags) {
      const now = document.querySelectorAll(`#react-entry-point :is(${tags})`);
      values.forEach((value, place) => { if (now[place]) now[place][flag] = value; });
    }
    if (active) document.getElementById(active)?.focus();
    else if (first && location.hash) document.getElementById(location.hash.slice(1))?.focus();
    document.documentElement.setAttribute("data-alive", "");
    own.planDrawn();
    document.title = answer.title;
    settle();
    if (answer.again) setTimeout(() => { if (here() === asked) location.reload(); }, answer.again * 1000);
  }

  // What was written, ticked and opened before the page came alive goes along into what takes the first ones' place: the same tree.
  function writtenIn(first) {
    const isWritten = (field) => (field.tagName === "SELECT" ? [...field.options].some((each) => each.selected !== each.defaultSelected) : field.value !== field.defaultValue);
    return [...first.querySelectorAll("input[id]:not([type=checkbox]), textarea[id], select[id]")].filter(isWritten).map((field) => [field.id, field.files || field.value]);
  }

  function write(field, value) {
    if (!field || field.closest("form[data-live]")) return;
    field[field.type === "file" ? "files" : "value"] = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function settle() {
    if (!arriving) return;
    if (arriving.focus) document.querySelector("h1")?.focus({ preventScroll: true });
    if (arriving.scroll !== null) window.scrollTo(0, arriving.scroll);
    arriving = null;
  }

  function wait() {
    timers.forEach(clearTimeout);
    const become = (state) => document.documentElement.setAttribute("data-state", state);
    become("asked");
    timers = [setTimeout(become, SLOW_MS, "slow"), setTimeout(become, LOST_MS, "lost")];
  }

  // --- the address --------------------------------------------------------------------------------------------------

  function go(address) {
    const samePage = new URL(address, location).pathname === location.pathname;
    arriving = { focus: !samePage, scroll: samePage ? null : 0 };
    history.replaceState({ scroll: window.scrollY }, "");
    history.pushState({ scroll: 0 }, "", address);
    goTo();
  }

  function addressOf(form) {
    const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(chosen).toString();
    return form.getAttribute("action") + (query ? "?" + query : "");
  }

  const isOurs = (link) =>
    link.origin === location.origin && !link.target && !link.hasAttribute("download") && link.dataset.plain === undefined;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (!isOurs(link) || (link.hash && link.pathname + link.search === here())) return;
    event.preventDefault();
    closeMenus();
    go(link.pathname + link.search);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-live]");
    if (form && event.target.matches("select, [type=checkbox], [type=radio]")) go(addressOf(form));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get" || form.dataset.plain !== undefined) return;
    event.preventDefault();
    go(addressOf(form));
  });
  history.scrollRestoration = "manual";
  window.addEventListener("popstate", (event) => {
    arriving = { focus: true, scroll: event.state ? event.state.scroll : 0 };
    goTo();
  });

  // --- menus and buttons --------------------------------------------------------------------------------------------

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  }

  const ACTIONS = {
    copy: async (button) => {
      await navigator.clipboard.writeText(location.href);
      button.closest("details").querySelector("[role=status]").textContent = "Länken är kopierad.";
    },
    mail: () => { closeMenus(); location.href = `mailto:?subject=${encodeURIComponent(document.title)}&body=${encodeURIComponent(location.href)}`; },
    print: () => { closeMenus(); window.print(); },
    png: (button) => { closeMenus(); own.savePicture(button.value, "png"); },
    svg: (button) => { closeMenus(); own.savePicture(button.value, "svg"); },
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("li > a") ? null : event.target.closest("details.menu"));
    const button = event.target.closest("button[data-does]");
    if (button) ACTIONS[button.dataset.does](button);
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
