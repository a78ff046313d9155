// Starts the page, and says in plain words what to do where it cannot start.
// Written for old browsers too: they are the ones that need those words.
(function () {
  'use strict';

  var RELOAD = 'Load the page again. If that does not help, try another browser.';
  var UPDATE = 'It needs a newer browser: Firefox 114, Chrome or Edge 114, Safari 16.4, or later.';

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

  // The program's later files fill the gaps that the first one left: one opens lessons, the other
  // has what no lesson needs at once. Whoever opens a lesson waits for the first two; on the front
  // page they come when the first is at work.
  var LATER = ['later', 'rest'];
  var isPacked = !!document.getElementById('packed-later');
  var asked = {};
  var coming = {};
  var compiled = {};
  var here = {};

  function named(file) {
    return document.querySelector('meta[name=' + file + ']');
  }

  function ask(file) {
    var from = named(file);
    asked[file] = asked[file] || bytes('packed-' + file, from && from.content);
    return asked[file];
  }

  function compile(file) {
    coming[file] = coming[file] || Promise.resolve(ask(file)).then(function (response) {
      if (!response.ok) {
        throw new Error('the server answers ' + response.status);
      }
      return response.arrayBuffer();
    }).then(function (code) {
      return compiled[file] || WebAssembly.compile(code);
    }).then(function (module) {
      compiled[file] = module;
    });
    return coming[file];
  }

  // Puts a file that is compiled into its gaps, once.
  function put(file) {
    if (!here[file]) {
      var taken = { a: wasm_bindgen.initSync(), b: here.later };
      here[file] = new WebAssembly.Instance(compiled[file], taken).exports;
    }
    return here[file];
  }

  // Fetches a file while all else waits.
  function compileNow(file) {
    var request = new XMLHttpRequest();
    request.open('GET', named(file).content, false);
    request.overrideMimeType('text/plain; charset=x-user-defined');
    request.send();
    if (request.status !== 200) {
      throw new Error('the server answers ' + request.status);
    }
    var code = Uint8Array.from(request.responseText, function (letter) {
      return letter.charCodeAt(0) & 255;
    });
    compiled[file] = new WebAssembly.Module(code);
  }

  // Called by the program where it needs what is not here yet.
  window.bringRest = function () {
    LATER.forEach(function (file) {
      if (!compiled[file]) {
        compileNow(file);
      }
      put(file);
    });
  };

  function goOn() {
    if (!isPacked && !named('later')) {
      wasm_bindgen.later();
      return undefined;
    }
    return compile('later').then(function () {
      put('later').later();
      return compile('rest');
    }).then(function () {
      put('rest');
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
  var early = [];
  if (isPacked) {
    // Nothing can be unpacked while all else waits.
    early = LATER.map(compile);
  } else if (named('later') && location.hash.length > 2) {
    ask('later');
  }
  var preloaded = document.querySelector('link[rel=preload][as=fetch]');
  Promise.all(early).then(function () {
    return bytes('packed', preloaded && preloaded.href);
  }).then(function (response) {
    if (!response.ok) {
      throw new Error('the server answers ' + response.status);
    }
    return wasm_bindgen({ module_or_path: response });
  }).then(goOn).catch(function (error) {
    if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
      say('The page cannot start.', UPDATE, error);
    } else if (error instanceof WebAssembly.RuntimeError) {
      say('The page has stopped: this is a mistake in Wirestage.', RELOAD, error);
    } else {
      say('The page did not arrive whole.', RELOAD, error);
    }
  });
}());
