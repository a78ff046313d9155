// The body of a function: asks the page for a file, and takes it from its hand.
// arguments: [the format's ending]
const [ending] = arguments;
const find = () => document.querySelector(`[data-export=${ending}]`);
const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
const take = async () => {
  for (let frames = 0; !find() && frames < 600; frames += 1) {
    if (frames % 60 === 0) document.querySelector("#export").click();
    await drawn();
  }
  const [makes, clicks] = [URL.createObjectURL, HTMLAnchorElement.prototype.click];
  const taken = new Promise((done) => {
    let blob;
    URL.createObjectURL = (made) => { blob = made; return makes.call(URL, made); };
    HTMLAnchorElement.prototype.click = function () {
      if (this.download) done([this.download, blob]); else clicks.call(this);
    };
  });
  find().click();
  const [name, blob] = await taken;
  URL.createObjectURL = makes;
  HTMLAnchorElement.prototype.click = clicks;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return { name, size: bytes.length, base64: btoa(text) };
};
return take();
