// Keys and small comforts. Every page works without this file: nothing is done here that a link or a button does not do.
"use strict";

(() => {
  const keysOn = document.body.dataset.tasti === "accesi";
  const list = document.getElementById("elenco");
  const rows = list ? Array.from(list.querySelectorAll("tr.voce")) : [];
  const storage = "incrocio.riga";
  let current = -1;

  const boxOf = (row) => row.querySelector("input[type=checkbox]");

  // remember and recall keep the row that was opened, so that the list goes on after it: where the item is gone, with the
  // one that has come into its place.
  const recall = () => {
    try {
      return JSON.parse(sessionStorage.getItem(storage) || "null");
    } catch {
      return null;
    }
  };
  const remember = () => {
    try {
      const item = rows[current].querySelector("a.apri").pathname;
      sessionStorage.setItem(storage, JSON.stringify({ at: location.pathname, row: current, item }));
    } catch {
      // without storage the list starts from its top
    }
  };

  const move = (to, focus) => {
    if (!rows.length) {
      return;
    }
    if (rows[current]) {
      rows[current].classList.remove("corrente");
    }
    current = Math.max(0, Math.min(rows.length - 1, to));
    rows[current].classList.add("corrente");
    if (focus) {
      (boxOf(rows[current]) || rows[current].querySelector("a.apri")).focus({ preventScroll: true });
      rows[current].scrollIntoView({ block: "nearest" });
    }
    remember();
  };

  const tell = () => {
    const counter = document.getElementById("quanti");
    if (!counter) {
      return;
    }
    const boxes = rows.map(boxOf).filter(Boolean);
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("scelta-riga", box.checked));
    let text = chosen.length ? "(" + chosen.length + ")" : "";
    if (chosen.length > 20 || chosen.some((box) => box.dataset.due === "true")) {
      text += " – per chiuderli serve una seconda persona";
    }
    counter.textContent = text;
  };

  const toggle = (row) => {
    const box = row && boxOf(row);
    if (box) {
      box.checked = !box.checked;
      tell();
    }
  };

  const toggleAll = () => {
    const boxes = rows.map(boxOf).filter(Boolean);
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => {
      box.checked = !all;
    });
    tell();
  };

  // chosen makes sure that something is selected: the current row where nothing else is.
  const chosen = () => {
    const boxes = rows.map(boxOf).filter(Boolean);
    if (!boxes.some((box) => box.checked)) {
      toggle(rows[current]);
    }
    return boxes.some((box) => box.checked);
  };

  const elabora = () => {
    const row = rows[current];
    const button = row && row.querySelector("button.elabora");
    if (button) {
      button.click();
      return;
    }
    const one = document.getElementById("fa-elabora");
    if (one && (!list || (row && chosen()))) {
      one.click();
    }
  };

  // close goes to where an outcome is chosen; then 1, 2 and 3 are the outcomes and Enter sends.
  const close = () => {
    const details = document.getElementById("chiudi");
    if (details && list) {
      if (chosen()) {
        details.open = true;
        details.querySelector("#esiti button").focus();
      }
      return;
    }
    const first = document.querySelector("#esito input");
    if (first) {
      first.focus();
    }
  };

  const outcome = (n) => {
    const buttons = document.querySelectorAll("#esiti button");
    if (buttons.length && document.getElementById("chiudi").open) {
      buttons[n].focus();
      return;
    }
    const radio = document.querySelectorAll("#esito input")[n];
    if (radio) {
      radio.checked = true;
      radio.focus();
    }
  };

  const keys = {
    "/": () => {
      const first = document.querySelector("#filtri input:not([type=hidden])");
      if (first) {
        first.focus();
      }
    },
    j: () => move(current + 1, true),
    k: () => move(current - 1, true),
    x: () => toggle(rows[current]),
    a: toggleAll,
    e: elabora,
    c: close,
    1: () => outcome(0),
    2: () => outcome(1),
    3: () => outcome(2),
    "?": () => {
      location.href = "/aiuto#tasti";
    },
  };

  const writing = (target) =>
    target.closest("textarea, select") || (target.matches("input") && !/^(checkbox|radio)$/.test(target.type));

  document.addEventListener("keydown", (event) => {
    if (!keysOn || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) {
      return;
    }
    if (event.key === "Enter") {
      const box = event.target.closest("tr.voce input");
      if (box) {
        event.preventDefault();
        box.closest("tr").querySelector("a.apri").click();
      }
      return;
    }
    const does = keys[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  });

  if (list) {
    list.addEventListener("focusin", (event) => {
      const row = event.target.closest("tr.voce");
      if (row && rows.indexOf(row) !== current) {
        move(rows.indexOf(row), false);
      }
    });
    list.addEventListener("change", tell);
    const before = recall();
    if (before && before.at === location.pathname) {
      const still = rows.findIndex((row) => row.querySelector("a.apri").pathname === before.item);
      current = still >= 0 ? still : Math.max(-1, before.row - 1);
    }
    tell();
  }

  // A second click within two seconds sends nothing: the first is on its way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.inviato) {
      event.preventDefault();
      return;
    }
    form.dataset.inviato = "1";
    setTimeout(() => delete form.dataset.inviato, 2000);
  });

  // What is wrong comes first; otherwise a fragment says where to go on. A message is said again, so that it is read out.
  const wrong = document.getElementById("errori");
  if (wrong) {
    wrong.focus();
  } else if (location.hash.length > 1) {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (place && place.hasAttribute("tabindex")) {
      place.focus();
    }
  }
  const said = Array.from(document.querySelectorAll(".avviso[role=status] > p"), (p) => p.textContent).join(" ");
  setTimeout(() => {
    document.getElementById("annunci").textContent = said;
  }, 100);
})();
