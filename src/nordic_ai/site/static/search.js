// The search: it looks through the index, a script that holds each place of each page as [anchor, heading, text].
// What is near in form counts as well, so that no language needs rules of its own, nor the search to know in which one a
// reader asks: words without accents, longer words that begin with what was typed, words with the same beginning
// ("strategies", "strategy"), compounds that hold it. Of the pairs of words that Snowball's stemmers take for forms of
// one word, in the publications' texts, this finds nine in ten in Danish, Norwegian and Swedish; Icelandic has no stemmer.
"use strict";

(() => {
  const WORD = /[\p{L}\p{N}]+(?:[.,]\p{N}+)*/gu;
  const PAGES_SHOWN = 10;
  const PLACES_SHOWN = 3;
  const EXCERPT = 30; // words
  // How much a word counts in the heading of a page, of a place on it, in the text, and in the heading of the page
  // that a place is on; and how much a page counts for what somebody who searches wants to read first.
  const IN = { page: 12, heading: 5, text: 2, around: 1 };
  const OF = { chapters: 1.5, countries: 1.2, "about/glossary": 1.5, evidence: 0.8 };

  const LETTERS = { æ: "ae", ø: "o", ð: "d", þ: "th", ß: "ss", đ: "d", ł: "l" };
  const plain = (text) =>
    text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[æøðþßđł]/g, (letter) => LETTERS[letter])
      .replace(/aa|ae/g, "a").replace(/oe/g, "o"); // as å, ä, æ, ö and ø are written where a keyboard lacks them
  // Words by number: those of the index and of the query are compared once, however often they stand somewhere.
  const vocabulary = [];
  const numbers = { asWritten: new Map(), plain: new Map() };
  const learn = (word) => {
    const known = plain(word);
    if (!numbers.plain.has(known)) numbers.plain.set(known, vocabulary.push(known) - 1);
    numbers.asWritten.set(word, numbers.plain.get(known));
    return numbers.asWritten.get(word);
  };
  const words = (text) => (text.match(WORD) ?? []).map((word) => numbers.asWritten.get(word) ?? learn(word));

  // How near a word is to one that was asked for: 1 for the same, 0 for another.
  const nearness = (asked, word) => {
    if (asked === word) return 1;
    if (/\d/.test(asked) || asked.length < 3) return 0;
    if (word.startsWith(asked)) return 0.5 + (0.4 * asked.length) / word.length;
    let same = 0;
    while (same < asked.length && asked[same] === word[same]) same += 1;
    const shared = same / Math.max(asked.length, word.length);
    if (same >= 4 && shared >= (same === word.length ? 0.6 : 0.65)) return 0.75 * shared;
    return asked.length >= 5 && word.includes(asked) ? 0.35 : 0;
  };

  // A place is found by its heading, its text, and where it is: its page, and the id that its anchor may be.
  const places = searchIndex.flatMap(([page, found, language]) => {
    const title = words(found[0][1]);
    return found.map(([anchor, heading, text]) => ({
      page, language, anchor, heading, text,
      words: { heading: words(heading), text: words(text), around: anchor ? [...title, ...words(anchor)] : [] },
    }));
  });

  // Find the places with words near to one: for each place how much it counts there, and which words they are.
  const look = (asked) => {
    const near = vocabulary.map((word) => nearness(vocabulary[asked], word));
    const found = new Map();
    for (const place of places) {
      const { heading, text, around } = place.words;
      const [inHeading, inText, inAround] = [heading, text, around].map((all) => all.filter((word) => near[word]));
      if (!inHeading.length && !inText.length && !inAround.length) continue;
      const nearest = (all) => all.reduce((most, word) => Math.max(most, near[word]), 0);
      // In a short heading a word is worth more than in a long one, and in a text with few words more than among many.
      const counts =
        nearest(inHeading) * (place.anchor ? IN.heading : IN.page) * (0.5 + 0.5 / heading.length) ||
        (nearest(inText) * IN.text * inText.length) / (inText.length + 0.5 + text.length / 100);
      found.set(place, { counts: counts + nearest(inAround) * IN.around, near: [...inHeading, ...inText] });
    }
    return found;
  };

  // Rank the places that have all the words; should there be none, those that have some.
  const search = (query) => {
    const looked = [...new Set(words(query))].map(look);
    const hits = [];
    for (const place of new Set(looked.flatMap((found) => [...found.keys()]))) {
      const having = looked.filter((found) => found.has(place));
      const rare = (found) => Math.log(1 + places.length / found.size);
      const folder = place.page.split("/")[0];
      const worth = place.anchor === query ? 1000 : (OF[place.page] ?? OF[folder] ?? 1);
      const counts = worth * having.reduce((sum, found) => sum + rare(found) * found.get(place).counts, 0);
      const near = new Set(having.flatMap((found) => found.get(place).near));
      hits.push({ place, counts, near, all: having.length === looked.length });
    }
    const whole = hits.filter((hit) => hit.all);
    return { hits: (whole.length ? whole : hits).sort((a, b) => b.counts - a.counts), whole: whole.length > 0 };
  };

  const make = (tag, text = "", attributes = {}) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(text);
    return element;
  };

  // The part of the text that holds most of the words, which are marked.
  const excerpt = ({ place, near }) => {
    const pieces = place.text.split(/\s+/);
    const marked = pieces.map((piece) => words(piece).some((word) => near.has(word)));
    let best = 0;
    let most = 0;
    marked.forEach((is, start) => {
      const count = is ? marked.slice(start, start + EXCERPT).filter(Boolean).length : 0;
      if (count > most) [best, most] = [start, count];
    });
    const from = Math.max(0, Math.min(best - 5, pieces.length - EXCERPT));
    const shown = make("p", from ? "… " : "");
    pieces.slice(from, from + EXCERPT).forEach((piece, at) => {
      shown.append(marked[from + at] ? make("mark", piece) : piece, " ");
    });
    if (from + EXCERPT < pieces.length) shown.append("…");
    return shown;
  };

  const root = document.documentElement.dataset.content_root;
  const entry = (hit) => {
    const { page, anchor, heading } = hit.place;
    const address = `${root}${page}.html${anchor && `#${encodeURI(anchor)}`}`;
    const item = make("li", make("a", heading, { href: address }));
    if (hit.place.language) item.lang = hit.place.language;
    if (hit.place.text) item.append(excerpt(hit));
    return item;
  };

  // Show some entries, and fold the others away.
  const list = (target, entries, many, what) => {
    target.append(...entries.slice(0, many));
    if (entries.length <= many) return;
    const fold = make("details", make("summary", `${entries.length - many} more ${what}`));
    fold.append(make(target.localName));
    fold.lastChild.append(...entries.slice(many));
    const around = make("li");
    around.append(fold);
    target.append(around);
  };

  const asked = new URLSearchParams(location.search).get("q")?.trim();
  if (!asked) return;
  document.getElementById("search-words").value = asked;
  document.title = `${asked} - ${document.title}`;
  const { hits, whole } = search(asked);
  const pages = new Map();
  for (const hit of hits) pages.set(hit.place.page, [...(pages.get(hit.place.page) ?? []), hit]);
  const entries = [...pages.values()].map((found) => {
    const first = found.find((hit) => !hit.place.anchor);
    const top = first ?? { place: { ...places.find((place) => place.page === found[0].place.page), text: "" } };
    const item = entry(top);
    const inside = found.filter((hit) => hit !== first).map(entry);
    if (inside.length) item.append(make("ul"));
    list(item.lastChild, inside, PLACES_SHOWN, "on this page");
    return item;
  });
  const some = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const told = `${some(hits.length, "place")} on ${some(pages.size, "page")}`;
  document.getElementById("search-status").textContent = !hits.length
    ? `Nothing here has words like “${asked}”.`
    : whole ? `${told} for “${asked}”` : `No place has all the words of “${asked}”; ${told} have some of them.`;
  list(document.getElementById("search-results"), entries, PAGES_SHOWN, "pages");
})();
