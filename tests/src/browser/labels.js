// The body of a function: what is wrong with the texts of the page, a line each.
// arguments: [least size of any text in CSS pixels, selector of pictures]
const [least, pictures] = arguments;
const faults = [];
const slack = 1;
// A title inside a text is a tooltip, not what is drawn.
const words = (element) => [...element.childNodes].filter((n) => n.nodeName !== "title")
  .map((n) => n.textContent).join("").trim();
const named = (element) => `"${words(element).slice(0, 40)}"`;
const shown = (element) =>
  element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
const at = (box) => `at ${Math.round(box.x)},${Math.round(box.y)}`;

// Pictures: no label upon another, none beyond the edge.
for (const picture of document.querySelectorAll(pictures)) {
  if (!shown(picture)) continue;
  const edge = picture.getBoundingClientRect();
  const labels = [];
  for (const text of picture.querySelectorAll("text")) {
    const box = text.getBoundingClientRect();
    if (!box.width || !text.textContent.trim() || !shown(text)) continue;
    labels.push([text, box]);
    const beyond = Math.max(edge.left - box.left, box.right - edge.right,
                            edge.top - box.top, box.bottom - edge.bottom);
    if (beyond > slack) {
      faults.push(`#${picture.id}: ${named(text)} ${at(box)} goes ${beyond.toFixed(1)} px ` +
                  "beyond the picture");
    }
  }
  labels.sort((a, b) => a[1].left - b[1].left);
  labels.forEach(([text, box], i) => {
    for (const [other, its] of labels.slice(i + 1)) {
      if (its.left >= box.right - slack) break;
      const deep = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
      if (deep > slack) {
        faults.push(`#${picture.id}: ${named(text)} ${at(box)} and ${named(other)} ` +
                    `${at(its)} overlap`);
      }
    }
  });
}

// Every text: big enough to be read, as it is on the screen. Told once for each part and size.
const small = new Map();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || element.closest("script, style, option, title")) continue;
  const box = element.getBoundingClientRect();
  if (box.width <= 1 || box.height <= 1 || !shown(element)) continue;
  const drawn = element instanceof SVGGraphicsElement && element.getScreenCTM();
  const scale = drawn ? Math.hypot(drawn.a, drawn.b) : 1;
  const size = parseFloat(getComputedStyle(element).fontSize) * scale;
  if (size < least - 0.05) {
    const name = [element.localName, ...element.classList].join(".");
    const kind = `${name} has text of ${size.toFixed(1)} px, under ${least}`;
    if (!small.has(kind)) small.set(kind, `${kind}, such as ${named(element)}`);
  }
}
return faults.concat([...small.values()]);
