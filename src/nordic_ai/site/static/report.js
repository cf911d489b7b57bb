// Cards on numbers, movement through the marks of a figure, copying a citation.
// Everything here is an addition: without it every number is a link, every chart a picture, every table readable.
"use strict";

(() => {
  const make = (tag, attributes = {}, text = "") => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  };

  // Keep a floating box beside what it belongs to and inside the window.
  const place = (box, rect) => {
    const margin = 8;
    const width = document.documentElement.clientWidth;
    box.style.left = "0px";
    box.style.top = "0px";
    const size = box.getBoundingClientRect();
    const left = Math.max(margin, Math.min(rect.left, width - size.width - margin));
    const below = rect.bottom + margin;
    const fits = below + size.height < window.innerHeight || rect.top < size.height + margin;
    box.style.left = `${left + window.scrollX}px`;
    box.style.top = `${(fits ? below : rect.top - size.height - margin) + window.scrollY}px`;
  };

  // Cards ---------------------------------------------------------------------------------------------------------

  const card = make("div", { class: "ev-card", hidden: "", "aria-hidden": "true" });
  document.body.append(card);
  let owner = null;
  let closing = 0;

  const hide = () => {
    card.hidden = true;
    owner = null;
  };
  const show = (link) => {
    const content = document.getElementById(link.getAttribute("aria-describedby"));
    if (!content) return;
    clearTimeout(closing);
    owner = link;
    card.replaceChildren(...[...content.childNodes].map((node) => node.cloneNode(true)));
    // The card is for the eye; screen readers get the same words as the link's description.
    card.append(make("a", { href: link.href, class: "ev-card-more", tabindex: "-1" }, link.dataset.more ?? "Open the record"));
    card.hidden = false;
    place(card, link.getBoundingClientRect()); // all its lines, so that the card covers none of them
  };
  const hideSoon = () => {
    clearTimeout(closing);
    closing = setTimeout(hide, 200);
  };

  for (const link of document.querySelectorAll("a.ev[aria-describedby]")) {
    link.addEventListener("focus", () => show(link));
    link.addEventListener("blur", hideSoon);
    link.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && show(link));
    link.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && hideSoon());
    // A tap shows the card; the card leads on, and so does a second tap.
    let tapped = false;
    link.addEventListener("pointerdown", (event) => {
      tapped = event.pointerType === "touch" && owner !== link;
    });
    link.addEventListener("click", (event) => {
      if (tapped) {
        tapped = false;
        event.preventDefault();
        show(link);
      }
    });
  }
  card.addEventListener("pointerenter", () => clearTimeout(closing));
  card.addEventListener("pointerleave", hideSoon);
  document.addEventListener("pointerdown", (event) => {
    if (owner && !card.contains(event.target) && !owner.contains(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      hide();
      tip.hidden = true;
    }
  });

  // Marks of a figure ---------------------------------------------------------------------------------------------

  const tip = make("div", { class: "figure-tip", hidden: "", "aria-hidden": "true" });
  document.body.append(tip);

  const tell = (mark) => {
    tip.textContent = mark.getAttribute("aria-label");
    tip.hidden = false;
    place(tip, mark.getBoundingClientRect());
  };

  for (const picture of document.querySelectorAll(".figure-wide, .figure-narrow")) {
    const marks = [...picture.querySelectorAll('[role="graphics-symbol"][aria-label]:not([aria-roledescription="axis"])')];
    if (!marks.length) continue;
    const said = make("div", { class: "figure-said", "aria-live": "polite" });
    picture.after(said);
    picture.tabIndex = 0;
    picture.setAttribute("role", "group");
    const label = picture.dataset.label ?? "Chart with {n} marks; the arrow keys move through them"; // in the page's language
    picture.setAttribute("aria-label", label.replace("{n}", marks.length));
    let current = -1;
    const mark = (index) => {
      marks[current]?.classList.remove("mark-current");
      current = Math.max(0, Math.min(marks.length - 1, index));
      marks[current].classList.add("mark-current");
      tell(marks[current]);
      said.textContent = marks[current].getAttribute("aria-label");
    };
    picture.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
      const target = { Home: 0, End: marks.length - 1 }[event.key] ?? (steps[event.key] && current + steps[event.key]);
      if (target === undefined) return;
      event.preventDefault();
      mark(target);
    });
    picture.addEventListener("blur", () => {
      marks[current]?.classList.remove("mark-current");
      tip.hidden = true;
      current = -1;
    });
    for (const one of marks) {
      one.addEventListener("pointerenter", () => tell(one));
      one.addEventListener("pointerleave", () => (tip.hidden = true));
    }
  }

  // Say aloud what a button has done; the place for it has to be there before the words.
  for (const figure of document.querySelectorAll("figure.evidence-figure, .cite-block")) {
    figure.append(make("div", { class: "figure-said figure-status", role: "status" }));
  }
  const tellStatus = (button, words) => {
    button.closest("figure, .cite-block").querySelector(".figure-status").textContent = words;
  };

  // Citations -----------------------------------------------------------------------------------------------------

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = button.dataset.done ?? "Copied";
        tellStatus(button, button.dataset.done ?? "The citation is copied");
      } catch {
        // Without the clipboard (a page from a folder, an older browser) the text is selected for copying by hand.
        getSelection().selectAllChildren(text);
        button.textContent = button.dataset.selected ?? "Selected, copy it now";
        tellStatus(button, button.dataset.selected ?? "The citation is selected; copy it now");
      }
    });
  }

  // Folds that a link leads to ------------------------------------------------------------------------------------

  // Whoever follows a link to a part of the page wants to see it: what it is folded into, and what it folds away itself.
  const unfold = () => {
    let anchor = location.hash.slice(1);
    try {
      anchor = decodeURIComponent(anchor);
    } catch {
      // A percent sign that begins no code stands for itself.
    }
    const target = document.getElementById(anchor);
    if (!target) return;
    const inside = [...target.querySelectorAll("details.fold")].filter((fold) => fold.closest("section") === target);
    const around = target.closest("details.fold:not([open])");
    for (const fold of around ? [around, ...inside] : inside) fold.open = true;
    if (around) target.scrollIntoView();
  };
  unfold();
  addEventListener("hashchange", unfold);

  // Folds on paper ------------------------------------------------------------------------------------------------

  // For browsers whose style sheets cannot open a fold.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.fold:not([open])")];
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of folded) fold.open = false;
  });
})();
