// The body of a function: presses a button again and again, and looks at the texts each time, all
// within one call: a call for each step would take longer than what it asks for.
// arguments: [least size of text, selector of pictures, how often, selector of the button]
// Answers, for each place, its name and what is wrong there.
const [least, pictures, often, button] = arguments;
const drawn = () => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
const found = [];
return (async () => {
  for (let step = 0; step < often; step++) {
    const place = document.querySelector("#place");
    const faults = look(least, pictures);
    if (faults.length) found.push([place ? place.textContent : "", ...faults]);
    const next = document.querySelector(button);
    if (next.disabled) break;
    next.click();
    await drawn();
  }
  return found;
})();
