// The page reads without this. It adds the filter, the copy button, and opens everything for printers.
(function () {
  "use strict";
  var get = function (id) { return document.getElementById(id); };
  var all = function (selector, root) { return Array.from((root || document).querySelectorAll(selector)); };

  // Words that CSS cannot switch: the title, options, the hint of the search box.
  function speak() {
    var lang = get("lang-en").checked ? "en" : "ja";
    document.documentElement.lang = lang;
    document.title = document.querySelector("title").dataset[lang];
    all("option[data-ja]").forEach(function (option) { option.textContent = option.dataset[lang]; });
    get("filter-text").placeholder = get("filter-text").dataset[lang];
  }
  all("input[name=lang]").forEach(function (input) { input.addEventListener("change", speak); });

  // What can be filtered: everything with a category. Verdict and sources may stand on what is around it.
  function caption(list) {
    var before = list.previousElementSibling;
    return before && before.matches("p.for") ? before : null;
  }
  var said = "";
  function textOf(row) {
    // A caption stands once and goes for the rows below it.
    var own = row.matches(".matrix tr") ? row.querySelector("th > p:not([lang])") : null;
    if (own) said = own.textContent;
    var subjects = row.parentElement.matches("ul.rules") ? caption(row.parentElement) : null;
    var around = subjects ? subjects.textContent : row.matches(".matrix tr") ? said : "";
    return (row.textContent + " " + around).normalize("NFKC").toLowerCase();
  }
  var rows = all("[data-c]").map(function (row) {
    var verdict = row.closest("[data-v]"), source = row.closest("[data-s]");
    return {
      row: row, text: textOf(row), categories: row.dataset.c,
      verdict: verdict && row.dataset.c ? verdict.dataset.v : "", sources: source ? source.dataset.s.split(" ") : []
    };
  });
  var holders = all("ul.lines, ul.rules, #passes h4, .days .day, .month, details.source");
  var opened = null;

  // Whether a row is left in a holder; a heading holds what follows it up to the next one.
  function shows(holder) {
    var left = function (part) { return part.querySelector("[data-c]:not([hidden])") !== null; };
    if (!holder.matches("h4")) return left(holder);
    for (var part = holder.nextElementSibling; part && !part.matches("h4"); part = part.nextElementSibling) {
      if (left(part)) return true;
    }
    return false;
  }

  function filter() {
    var words = get("filter-text").value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    var verdict = get("filter-v").value, category = get("filter-c").value, source = get("filter-s").value;
    var active = words.length > 0 || verdict || category || source;
    var shown = 0;
    rows.forEach(function (entry) {
      var fits = (!verdict || entry.verdict === verdict) && (!source || entry.sources.includes(source)) &&
        (!category || entry.categories.includes(category)) &&
        words.every(function (word) { return entry.text.includes(word); });
      entry.row.hidden = !fits;
      if (fits) shown += 1;
    });
    if (active && !opened) opened = all("details.source").map(function (d) { return [d, d.open]; });
    if (!active && opened) {
      opened.forEach(function (pair) { pair[0].open = pair[1]; });
      opened = null;
    }
    holders.forEach(function (holder) {
      var some = shows(holder);
      holder.hidden = Boolean(active) && !some;
      if (holder.matches("ul.rules") && caption(holder)) caption(holder).hidden = holder.hidden;
      if (active && holder.matches("details")) holder.open = some;
    });
    get("filter-n").textContent = shown;
    document.documentElement.classList.toggle("filtered", Boolean(active));
  }

  var waiting = 0;
  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  }
  get("filter-text").addEventListener("input", later);
  ["filter-v", "filter-c", "filter-s"].forEach(function (id) { get(id).addEventListener("change", filter); });
  function clear() {
    get("filter-text").value = "";
    ["filter-v", "filter-c", "filter-s"].forEach(function (id) { get(id).value = ""; });
    filter();
  }
  get("filter-clear").addEventListener("click", clear);

  var toggle = get("filter-open");
  function show(open) {
    get("filter").hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  }
  toggle.hidden = false;
  toggle.addEventListener("click", function () {
    var open = get("filter").hidden;
    show(open);
    if (open) get("filter-text").focus(); else clear();
  });

  // A category of the overview filters the page.
  all("[data-pick]").forEach(function (head) {
    var button = document.createElement("button");
    button.type = "button";
    button.append.apply(button, Array.from(head.childNodes));
    head.append(button);
    button.addEventListener("click", function () {
      show(true);
      get("filter-c").value = head.dataset.pick;
      filter();
    });
  });

  all(".copy").forEach(function (button) {
    if (!navigator.clipboard) return;
    var words = Array.from(button.childNodes), timer = 0;
    button.hidden = false;
    button.addEventListener("click", function () {
      var lang = document.documentElement.lang;
      var text = button.parentElement.querySelector("pre[lang=" + lang + "]");
      navigator.clipboard.writeText(text.textContent).then(function () {
        clearTimeout(timer);
        button.textContent = button.dataset[lang];
        timer = setTimeout(function () { button.replaceChildren.apply(button, words); }, 1500);
      }, function () { getSelection().selectAllChildren(text); });
    });
  });

  // A link into a closed part opens it.
  function reveal() {
    var target = location.hash && get(decodeURIComponent(location.hash.slice(1)));
    var around = target && target.closest("details");
    if (around) { around.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);

  var printed = [];
  window.addEventListener("beforeprint", function () {
    printed = all("details:not([open])");
    printed.forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () {
    printed.forEach(function (d) { d.open = false; });
    printed = [];
  });

  speak();
  filter();
  reveal();
})();
