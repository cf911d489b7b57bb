// The filter of the audit and of the evidence explorer, and the explorer's sort buttons and download.
// Everything here is an addition: without it all of either page is there to read.
"use strict";

(() => {
  const first = document.querySelector("select[data-filter]");
  if (!first) return;
  const filter = first.closest("[role=group]");
  const selects = [...filter.querySelectorAll("select")];
  const search = filter.querySelector("input[type=search]");
  const inputs = search ? [...selects, search] : selects;
  const status = filter.querySelector("[role=status]");
  const showAll = filter.querySelector("[data-show-all]");
  // An item has a value for every choice; the `data-theme` of the page itself makes it no item.
  const items = [...document.querySelectorAll(selects.map((select) => `[data-${select.dataset.filter}]`).join(""))];
  const table = document.querySelector("table.sortable");

  // A search finds every word that contains what was typed, with or without accents.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = new Map(search ? items.map((item) => [item, plain(item.textContent)]) : []);

  // The parts of the page that hold items, and the parts around them: each is hidden when none of its items is shown.
  const parts = new Set();
  const partsAround = function* (item) {
    const around = (element) => element.parentElement.closest("section, details");
    for (let part = around(item); part && !part.contains(filter); part = around(part)) yield part;
  };
  for (const item of items) for (const part of partsAround(item)) parts.add(part);

  const apply = () => {
    const words = plain(search?.value ?? "").split(/\s+/);
    const shows = (item) =>
      selects.every((select) => !select.value || item.dataset[select.dataset.filter].split(" ").includes(select.value)) &&
      (!search || words.every((word) => texts.get(item).includes(word)));
    for (const item of items) item.hidden = !shows(item);
    const chosen = inputs.some((input) => input.value);
    for (const part of parts) {
      part.hidden = !items.some((item) => !item.hidden && part.contains(item));
      if (part.matches("details")) part.open = chosen;
    }
    const shown = items.filter((item) => !item.hidden).length;
    status.textContent = shown ? `${shown} of ${items.length} ${status.dataset.what}` : "Nothing here for this choice.";
    showAll.hidden = !chosen;
  };

  // The address keeps the choice, so that a filtered page can be shared. Each choice is an entry in the history; a
  // letter typed into the search is not.
  const remember = (how) => {
    const query = new URLSearchParams();
    for (const input of inputs) if (input.value) query.set(input.dataset.filter, input.value);
    try {
      history[how](null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    } catch {
      // Pages opened from some folders may not change their address; the filter works all the same.
    }
  };
  const followAddress = () => {
    const asked = new URLSearchParams(location.search);
    for (const input of inputs) {
      const wanted = asked.get(input.dataset.filter) ?? "";
      const known = input === search || [...input.options].some((option) => option.value === wanted);
      input.value = known ? wanted : "";
    }
    apply();
  };

  // A link to an item shows it, whatever is filtered, and leaves the choice as it is.
  const reveal = () => {
    let anchor = location.hash.slice(1);
    try {
      anchor = decodeURIComponent(anchor);
    } catch {
      // A percent sign that begins no code stands for itself.
    }
    const target = document.getElementById(anchor);
    if (!items.includes(target)) return;
    if (target.hidden) status.textContent += ", and one because a link leads to it";
    target.hidden = false;
    for (const part of partsAround(target)) {
      part.hidden = false;
      if (part.matches("details")) part.open = true;
    }
    target.scrollIntoView();
  };

  for (const select of selects) {
    select.addEventListener("change", () => {
      apply();
      remember("pushState");
    });
  }
  search?.addEventListener("input", () => {
    apply();
    remember("replaceState");
  });
  showAll.addEventListener("click", () => {
    for (const input of inputs) input.value = "";
    apply();
    remember("pushState");
    inputs[0].focus();
  });

  if (table) {
    // The library sorts on a click in a heading; a button there makes the click possible without a mouse.
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
    }
    table.addEventListener("sort-end", () => {
      const heading = table.querySelector("th[aria-sort]");
      apply();
      status.textContent += `, sorted by “${heading.textContent}”, ${heading.getAttribute("aria-sort")}`;
    });
    const download = filter.querySelector("[data-download]");
    download.addEventListener("click", () => {
      const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.dataset.csv);
      // With the mark by which Excel knows UTF-8, as in the published files.
      const text = `\ufeff${[table.dataset.csv, ...rows].join("\n")}\n`;
      const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      const link = document.createElement("a");
      link.href = address;
      link.download = download.dataset.download;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
    });
  }

  filter.hidden = false;
  followAddress();
  reveal();
  addEventListener("popstate", followAddress);
  addEventListener("hashchange", reveal);
})();
