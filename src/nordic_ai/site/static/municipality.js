// Shows what is known of others when a reader chooses what holds for the own municipality.
// The choices stand in the part of the address that no browser sends; nothing is kept, and without this all is a table.
"use strict";

(() => {
  const own = document.querySelector("[data-own]");
  if (!own) return;
  const inputs = [...own.querySelectorAll("fieldset input")];
  const topics = [...own.querySelectorAll("[data-topic]")];
  const clear = own.querySelector("[data-clear]");

  const show = () => {
    own.toggleAttribute("data-answered", inputs.some((input) => input.checked));
    for (const topic of topics) {
      const chosen = [...topic.querySelectorAll("input:checked")].map((input) => input.value);
      topic.toggleAttribute("data-chosen", chosen.length > 0);
      for (const part of topic.querySelectorAll("[data-choice]")) {
        const same = chosen.includes(part.dataset.choice);
        part.toggleAttribute("data-same", same);
        (part.querySelector(".own-mark") ?? part).hidden = !same;
      }
    }
    for (const item of own.querySelectorAll("[data-publication]")) {
      const told = `[data-choice][data-same] [data-source="${item.dataset.publication}"]`;
      item.toggleAttribute("data-unused", !own.querySelector(told));
    }
  };

  const remember = () => {
    const chosen = inputs.filter((input) => input.checked).map((input) => [input.name, input.value]);
    const query = new URLSearchParams(chosen);
    try {
      history.replaceState(null, "", `${location.pathname}${location.search}${chosen.length ? `#${query}` : ""}`);
    } catch {
      // Pages opened from some folders may not change their address; the choices work all the same.
    }
  };

  const followAddress = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const input of inputs) input.checked = asked.getAll(input.name).includes(input.value);
    show();
  };

  own.addEventListener("change", () => {
    show();
    remember();
  });
  clear.addEventListener("click", () => {
    for (const input of inputs) input.checked = false;
    show();
    remember();
    inputs[0].focus();
  });
  // A link to a place on the page is no answer.
  addEventListener("hashchange", () => {
    if (location.hash.includes("=")) followAddress();
  });

  for (const part of own.querySelectorAll(".own-controls, fieldset")) part.hidden = false;
  followAddress();
})();
