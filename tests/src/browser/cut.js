// The body of a function: what of the page cannot be read or reached in this window, a line each.
const faults = new Map();
const tell = (kind, example) => { if (!faults.has(kind)) faults.set(kind, `${kind}, such as ${example}`); };
const named = (e) => e.localName + (e.id ? `#${e.id}` : "") + [...e.classList].map((c) => `.${c}`).join("");
const slack = 1.5;
const root = document.documentElement;
const bodyStyle = getComputedStyle(document.body);
// What body hides is hidden of the window.
const stays = [bodyStyle.overflowY, getComputedStyle(root).overflowY].includes("hidden");
const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
const scrolls = (value) => value === "auto" || value === "scroll";

if (root.scrollWidth > root.clientWidth) {
  const wide = [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1);
  tell("the page can be scrolled sideways", wide.slice(0, 6).map(named).join(", "));
}

// Each text, where it stands, and what of it its ancestors let through.
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const dialog = document.querySelector("dialog[open]");
while (walker.nextNode()) {
  const text = walker.currentNode;
  const element = text.parentElement;
  if (!text.data.trim() || element.closest("script, style, option, title, noscript, .unseen")) continue;
  if (!shown(element) || dialog && !dialog.contains(element)) continue;
  const range = document.createRange();
  range.selectNodeContents(text);
  for (const box of range.getClientRects()) {
    if (box.width < 1 || box.height < 1) continue;
    const fault = cutBy(element, box);
    if (fault) tell(fault, `"${text.data.trim().slice(0, 40)}"`);
  }
}

// Names who cuts it, or nothing.
function cutBy(element, box) {
  let [x, y] = [true, true];
  let fixed = false;
  for (let e = element; e && e !== document.body; e = e.parentElement) {
    const style = getComputedStyle(e);
    fixed ||= style.position === "fixed";
    if (e instanceof SVGElement && !(e instanceof SVGSVGElement)) continue;
    if (style.display === "inline" || style.display === "contents") continue;
    // Whoever can scroll to it can read it.
    if (scrolls(style.overflowX)) x = false;
    if (scrolls(style.overflowY)) y = false;
    const edge = e.getBoundingClientRect();
    const hides = (value) => value === "hidden" || value === "clip";
    const has = style.textOverflow === "ellipsis" || e.title || e.closest("[title]:not([title=''])") ||
      style.webkitLineClamp !== "none";
    if (x && hides(style.overflowX)) {
      // A blank at a line's end hangs over.
      const own = getComputedStyle(element);
      const blank = own.whiteSpace === "pre-wrap" ? parseFloat(own.fontSize) * 0.7 : 0;
      const over = Math.max(box.right - edge.right, edge.left - box.left);
      if (over > slack + blank && !has) return `${named(e)} cuts off ${named(element)} at its side`;
      x = false;
    }
    if (y && hides(style.overflowY)) {
      const over = Math.max(box.bottom - edge.bottom, edge.top - box.top);
      // Half a line's leading is no letter.
      if (over > Math.max(slack, box.height * 0.3) && !has) return `${named(e)} cuts off ${named(element)} above or below`;
      y = false;
    }
    if (style.position === "fixed") break;
  }
  if (x && (box.right > innerWidth + slack || box.left < -slack)) return `${named(element)} goes beyond the window's side`;
  const below = fixed || stays ? innerHeight : root.scrollHeight - scrollY;
  const above = fixed || stays ? 0 : -scrollY;
  if (y && (box.bottom > below + slack || box.top < above - slack)) return `${named(element)} goes below or above the window`;
  return null;
}
return [...faults.values()];
