// Starts the page, and says in plain words what to do where it cannot start.
// Written for old browsers too: they are the ones that need those words.
(function () {
  'use strict';

  var RELOAD = 'Load the page again. If that does not help, try another browser.';
  var UPDATE = 'It needs a newer browser: Firefox 114, Chrome or Edge 97, Safari 16.4, or later.';

  // A line at the place where the page would say that it starts; or at its top, once it has.
  function say(what, remedy, error) {
    var starting = document.getElementById('starting');
    var fault = document.getElementById('fault');
    if (!fault) {
      fault = document.createElement('p');
      fault.id = 'fault';
      fault.setAttribute('role', 'alert');
      if (starting) {
        starting.parentNode.replaceChild(fault, starting);
      } else {
        document.body.insertBefore(fault, document.body.firstChild);
      }
    }
    fault.textContent = what + ' ' + remedy;
    if (error && window.console) {
      console.error(error);
    }
  }

  // Bytes of the program: inside this file, or under a name.
  function bytes(id, name) {
    var packed = document.getElementById(id);
    if (!packed) {
      return fetch(name);
    }
    var text = atob(packed.textContent);
    var bytes = new Uint8Array(text.length);
    for (var i = 0; i < text.length; i += 1) {
      bytes[i] = text.charCodeAt(i);
    }
    packed.parentNode.removeChild(packed);
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream, { headers: { 'Content-Type': 'application/wasm' } });
  }

  // The program's second file: it fills the gaps that the first one left. Whoever opens a lesson
  // waits for both; on the front page it comes when the first is at work.
  var named = document.querySelector('meta[name=later]');
  var early = null;

  function second() {
    return bytes('packed-later', named && named.content);
  }

  function rest(first) {
    if (!named && !document.getElementById('packed-later')) {
      wasm_bindgen.later();
      return undefined;
    }
    return Promise.resolve(early || second()).then(function (response) {
      if (!response.ok) {
        throw new Error('the server answers ' + response.status);
      }
      return response.arrayBuffer();
    }).then(function (code) {
      return WebAssembly.instantiate(code, { a: first });
    }).then(function (made) {
      made.instance.exports.later();
    });
  }

  function isOld() {
    return typeof WebAssembly !== 'object' || typeof Promise !== 'function' ||
      typeof fetch !== 'function' || typeof wasm_bindgen === 'undefined' ||
      (document.getElementById('packed') && typeof DecompressionStream === 'undefined');
  }

  if (isOld()) {
    say('The page cannot start.', UPDATE + ' ' + RELOAD);
    return;
  }
  // A fault inside the program: what is shown may no longer be true.
  window.addEventListener('error', function (event) {
    if (event.error instanceof WebAssembly.RuntimeError) {
      say('The page has stopped: this is a mistake in Wirestage.', RELOAD);
    }
  });
  early = named && location.hash.length > 2 ? second() : null;
  var preloaded = document.querySelector('link[rel=preload][as=fetch]');
  Promise.resolve(bytes('packed', preloaded && preloaded.href)).then(function (response) {
    if (!response.ok) {
      throw new Error('the server answers ' + response.status);
    }
    return wasm_bindgen({ module_or_path: response });
  }).then(rest).catch(function (error) {
    if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
      say('The page cannot start.', UPDATE, error);
    } else if (error instanceof WebAssembly.RuntimeError) {
      say('The page has stopped: this is a mistake in Wirestage.', RELOAD, error);
    } else {
      say('The page did not arrive whole.', RELOAD, error);
    }
  });
}());
