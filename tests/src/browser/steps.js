// The body of a function: presses a key of the page again and again, until a button cannot be
// pressed any more; what the page showed after each time.
// arguments: [the key's name, the button's selector, how often at most]
const [key, button, most] = arguments;
const moment = () => { MOMENT };
// The ladder is drawn where it was scrolled to; the browser tells of that before a frame.
const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
const walk = async () => {
  const seen = [];
  while (!document.querySelector(button).disabled && seen.length < most) {
    const before = document.querySelector("#place").textContent;
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    for (let frames = 0; frames < 600; frames += 1) {
      await drawn();
      if (document.querySelector("#place").textContent !== before) break;
    }
    seen.push(moment());
  }
  return seen;
};
return walk();
