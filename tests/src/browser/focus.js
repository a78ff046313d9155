// The body of a function: what has the focus, and what is wrong with how it is seen.
// arguments: [a selector that is looked for, or null]
const [wanted] = arguments;
const element = document.activeElement;
if (!element || element === document.body || element === document.documentElement) {
  return { name: "", found: false, fault: "nothing has the focus" };
}
const told = (e) => e.localName + (e.id ? `#${e.id}` : "") +
  [...e.classList].map((c) => `.${c}`).join("") + ` "${(e.textContent ?? "").trim().slice(0, 30)}"`;
const name = told(element);
const found = !!wanted && element.matches(wanted);

// Where it is drawn: a line of text has a box a line, a group of a picture what it holds.
const drawn = element instanceof SVGGraphicsElement
  ? [element, ...element.querySelectorAll("*")].slice(0, 30) : [element];
const boxes = drawn.flatMap((e) => [...e.getClientRects()]).filter((b) => b.width && b.height);
if (!boxes.length) return { name, found, fault: `${name} has the focus and no size` };
const inside = (box) => ({
  left: Math.max(box.left, 0), top: Math.max(box.top, 0),
  right: Math.min(box.right, innerWidth), bottom: Math.min(box.bottom, innerHeight),
});
let over = "nothing: it is out of the window";
// Empty and without a colour: it lies over the page to be pressed, and is not seen.
const isClear = (e) => !e.childNodes.length && e instanceof HTMLDivElement &&
  /^rgba\(.*, 0\)$/.test(getComputedStyle(e).backgroundColor);
const isHit = (x, y) => {
  const hit = document.elementsFromPoint(x, y).find((e) => !isClear(e));
  if (hit && (element.contains(hit) || hit.closest("label")?.control === element)) return true;
  // What lies in one picture is told apart where its labels are measured.
  if (element.ownerSVGElement && hit?.ownerSVGElement === element.ownerSVGElement) return true;
  if (hit) over = told(hit);
  return false;
};
const steps = [0.02, 0.25, 0.5, 0.75, 0.98];
const seen = boxes.map(inside).some((b) => b.right > b.left && b.bottom > b.top &&
  steps.some((v) => steps.some((h) =>
    isHit(b.left + (b.right - b.left) * h, b.top + (b.bottom - b.top) * v))));
if (!seen) return { name, found, fault: `${name} has the focus, covered by ${over}` };

// Something shows that it is here: an outline of which two sides at least are not cut off.
const style = getComputedStyle(element);
const width = parseFloat(style.outlineWidth) || 0;
const within = element.querySelector(".cursor");
if (style.outlineStyle === "none" || width < 1) {
  const other = within && getComputedStyle(within);
  const shown = other && other.outlineStyle !== "none" && parseFloat(other.outlineWidth) >= 1;
  return { name, found, fault: shown ? null : `${name} has the focus and no outline` };
}
if (element instanceof SVGElement) return { name, found, fault: null };
const out = (parseFloat(style.outlineOffset) || 0) + width / 2;
let [left, top, right, bottom] = [0, 0, innerWidth, innerHeight];
for (let e = element.parentElement; e; e = e.parentElement) {
  const clip = getComputedStyle(e);
  if (e === document.body || e === document.documentElement) break;
  if (clip.overflowX === "visible" && clip.overflowY === "visible") {
    if (clip.position === "fixed") break;
    continue;
  }
  const box = e.getBoundingClientRect();
  [left, top] = [Math.max(left, box.left), Math.max(top, box.top)];
  [right, bottom] = [Math.min(right, box.right), Math.min(bottom, box.bottom)];
}
const sides = (box) => {
  const across = box.right > left && box.left < right;
  const along = box.bottom > top && box.top < bottom;
  return [
    across && box.top - out >= top - 0.6 && box.top - out <= bottom,
    across && box.bottom + out <= bottom + 0.6 && box.bottom + out >= top,
    along && box.left - out >= left - 0.6 && box.left - out <= right,
    along && box.right + out <= right + 0.6 && box.right + out >= left,
  ].filter(Boolean).length;
};
const most = Math.max(...boxes.map(sides));
return { name, found, fault: most < 2 ? `${name} has the focus, and its outline is cut off` : null };
