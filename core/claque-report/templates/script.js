"use strict";
// the page is complete without this: folding, filtering, sorting only
const all = (query) => [...document.querySelectorAll(query)];
const controls = document.querySelector(".controls");
if (controls) {
  controls.hidden = false;
  const verdict = document.getElementById("verdict");
  verdict.addEventListener("change", () => {
    for (const one of all("[data-verdict]")) {
      one.hidden = verdict.value !== "" && one.dataset.verdict !== verdict.value;
    }
  });
  const unfold = document.getElementById("unfold");
  unfold.addEventListener("click", () => {
    const open = unfold.textContent === "open all";
    for (const one of all(".card details")) one.open = open;
    unfold.textContent = open ? "close all" : "open all";
  });
}
const table = document.getElementById("overview");
if (table) {
  const value = (row, at) => {
    const text = row.cells[at].textContent.trim();
    const number = Number.parseFloat(text.replaceAll(",", ""));
    return Number.isNaN(number) ? text : number;
  };
  const compare = (a, b) => {
    if (typeof a === typeof b) return typeof a === "number" ? b - a : a.localeCompare(b, "en", { numeric: true });
    return typeof a === "number" ? -1 : 1;
  };
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const back = head.getAttribute("aria-sort") === "descending";
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => compare(value(a, at), value(b, at)) * (back ? -1 : 1));
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", back ? "ascending" : "descending");
      table.tBodies[0].append(...rows);
    });
  });
}
addEventListener("beforeprint", () => all("details").forEach((one) => { one.open = true; }));
if (location.hash) document.querySelector(location.hash.replace(/[^#\w-]/g, ""))?.scrollIntoView();
