"use strict";
// Filters, keys and views of the page. All text is there without this.
(() => {
  const $ = (id) => document.getElementById(id);
  const controls = $("controls");
  if (!controls) return;
  const cards = [...document.querySelectorAll(".card")].map((element) => ({
    element,
    kind: element.dataset.kind,
    words: [element.dataset.address, ...[...element.querySelectorAll(":scope > dl dd")].map((dd) => dd.textContent)]
      .join("\n").toLowerCase(),
    labels: JSON.parse(element.dataset.labels),
    attributions: element.dataset.attribution.split(" "),
  }));
  const chips = [...controls.querySelectorAll("[data-kind]")];
  const views = [...controls.querySelectorAll("[data-view]")];
  const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
  const press = (button, on) => button.setAttribute("aria-pressed", String(on));

  // ---- filters
  const find = $("find"), label = $("label"), attribution = $("attribution"), shown = $("shown");

  function filter() {
    const words = find.value.trim().toLowerCase();
    const kinds = chips.filter(isPressed).map((chip) => chip.dataset.kind);
    const wanted = label ? label.value : "";
    const moved = attribution.value;
    let count = 0;
    for (const card of cards) {
      const fits = (!kinds.length || kinds.includes(card.kind))
        && (!words || card.words.includes(words))
        && (!wanted || card.labels.includes(wanted))
        && (!moved || card.attributions.includes(moved));
      card.element.hidden = !fits;
      count += fits;
    }
    shown.hidden = count === cards.length;
    shown.textContent = `${count.toLocaleString("en")} of ${cards.length.toLocaleString("en")} shown`;
  }

  // ---- prompts side by side: the old column is made when a card is first seen so
  function addOldColumn(card) {
    for (const row of card.querySelectorAll(".row:not([data-beside])")) {
      row.dataset.beside = "";
      const now = row.querySelector(".new");
      let old = row.querySelector(".old");
      if (!old) {
        old = now.cloneNode(true);
        old.className = "old";
        old.dataset.line = row.dataset.old ?? "";
        old.querySelectorAll("ins").forEach((added) => added.remove());
        row.insertBefore(old, now);
      }
    }
  }

  function show(view) {
    views.forEach((button) => press(button, button.dataset.view === view));
    document.body.classList.toggle("side", view === "side");
    if (view === "side") cards.filter((card) => card.element.open).forEach((card) => addOldColumn(card.element));
  }

  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".card[open]") && document.body.classList.contains("side")) addOldColumn(event.target);
  }, true);

  // ---- open, close, light, dark
  function toggleAll() {
    const open = !cards.every((card) => card.element.open);
    cards.forEach((card) => { card.element.open = open; });
    $("all").textContent = open ? "Close all" : "Open all";
  }

  function toggleTheme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  }

  // ---- keys
  function move(step) {
    const there = cards.filter((card) => !card.element.hidden).map((card) => card.element);
    const at = there.indexOf(document.activeElement?.closest(".card"));
    const next = there[at < 0 && step < 0 ? there.length - 1 : at + step];
    if (!next) return;
    next.querySelector("summary").focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: toggleAll,
    v: () => show(document.body.classList.contains("side") ? "inline" : "side"),
    "/": () => { find.focus(); find.select(); },
    "?": () => $("keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
    if (event.target === find && event.key === "Escape") {
      find.value = "";
      filter();
      find.blur();
    }
    if (event.target.matches("input, select")) return;
    const act = Object.hasOwn(keys, event.key) && keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  chips.forEach((chip) => chip.addEventListener("click", () => { press(chip, !isPressed(chip)); filter(); }));
  views.forEach((button) => button.addEventListener("click", () => show(button.dataset.view)));
  controls.addEventListener("input", filter);
  controls.addEventListener("submit", (event) => event.preventDefault());
  $("all").addEventListener("click", toggleAll);
  $("theme").addEventListener("click", toggleTheme);
  $("help").addEventListener("click", keys["?"]);
  controls.hidden = false;
  filter();
})();
