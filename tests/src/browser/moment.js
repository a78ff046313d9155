// The body of a function: what the page shows, as texts and lists of texts.
const text = (selector) => {
  const element = document.querySelector(selector);
  return element ? (element.innerText ?? element.textContent).trim() : "";
};
const marks = (selector) =>
  [...document.querySelectorAll(selector)].map((element) => {
    const { row, phase, packet } = element.dataset;
    const part = Object.entries({ row, phase, packet }).filter((pair) => pair[1] !== undefined);
    return part.map((pair) => pair.join(" ")).join(", ");
  });
const tab = document.querySelector("[role=tab][aria-selected=true]");
return {
  fragment: location.hash,
  place: text("#place"),
  caption: text("#caption"),
  live: text("#live"),
  by: document.querySelector("[data-by][aria-pressed=true]")?.dataset.by ?? "",
  scrubber: document.querySelector("#scrubber")?.value ?? "",
  tab: tab?.id ?? "",
  // How far a long phase is drawn depends on where the ladder was scrolled to: its beginning counts.
  ladder: marks("#ladder .here").slice(0, 12),
  panel: [...document.querySelectorAll("[role=tabpanel] .list [aria-selected=true]")].map(
    (row) => `${row.closest(".list").id} ${row.dataset.index}`),
  knobs: [...document.querySelectorAll("[data-knob]")].map((knob) => {
    const value = knob.querySelector("[aria-pressed=true]")?.dataset.value
      ?? knob.querySelector("select")?.value ?? knob.querySelector("input")?.value;
    return `${knob.dataset.knob}=${value}`;
  }),
};
