/* Recording with the page itself, where the browser can: at most a minute, listened to and thrown away at will.
   Elsewhere, and where the microphone is refused, the file input is what it was. */
(function () {
  "use strict";
  var KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

  function able() {
    try { return window.MediaRecorder && navigator.mediaDevices && new DataTransfer() && true; } catch (error) { return false; }
  }

  function bind(input) {
    var words = input.dataset, most = Number(words.voice), form = input.form, recorder = null, timer = 0, address = "";
    var box = document.createElement("div");
    box.className = "buttons";
    input.before(box);

    function add(tag, kind, role) {
      var made = document.createElement(tag);
      made.className = kind;
      if (tag === "button") made.type = "button";
      if (role) made.setAttribute("role", role);
      if (tag === "button") box.append(made); else input.before(made);
      return made;
    }
    var button = add("button", "button large"), drop = add("button", "button quiet large");
    var count = add("p", "counter", "timer"), told = add("p", "hint", "status"), player = add("audio", "");
    button.textContent = words.start;
    drop.textContent = words.drop;
    player.controls = true;
    player.hidden = drop.hidden = true;

    /* What is sent: `file`, or nothing. */
    function hold(file) {
      var carrier = new DataTransfer();
      if (file) carrier.items.add(file);
      input.files = carrier.files;
      show(file);
    }

    function show(file) {
      if (address) URL.revokeObjectURL(address);
      address = file ? URL.createObjectURL(file) : "";
      if (file) player.src = address; else player.removeAttribute("src");
      player.hidden = drop.hidden = !file;
      button.textContent = file ? words.again : words.start;
      told.textContent = file ? words.ready : "";
    }

    function finish() { if (recorder && recorder.state !== "inactive") recorder.stop(); }

    function tick(since) {
      var gone = (Date.now() - since) / 1000;
      count.textContent = words.count.replace("{n}", Math.floor(gone));
      if (gone >= most - 0.3) finish();
    }

    /* The form waits until what is being said has become a file. */
    function wait(work) {
      var before = form.waiting, all = work.then(function () { return before; }).finally(function () {
        if (form.waiting === all) form.waiting = null;
      });
      form.waiting = all;
    }

    function record(stream) {
      var kind = KINDS.find(function (each) { return MediaRecorder.isTypeSupported(each); }), parts = [];
      recorder = new MediaRecorder(stream, kind ? { mimeType: kind, audioBitsPerSecond: 40000 } : {});
      recorder.addEventListener("dataavailable", function (event) { if (event.data.size) parts.push(event.data); });
      wait(new Promise(function (resolve) {
        recorder.addEventListener("stop", function () {
          var type = recorder.mimeType || kind || "audio/webm";
          clearInterval(timer);
          stream.getTracks().forEach(function (track) { track.stop(); });
          recorder = null;
          button.classList.remove("danger");
          count.textContent = "";
          hold(parts.length ? new File(parts, /mp4/.test(type) ? "voice.m4a" : "voice.webm", { type: type }) : null);
          resolve();
        });
      }));
      recorder.start();
      player.hidden = drop.hidden = true;
      told.textContent = "";
      button.textContent = words.stop;
      button.classList.add("danger");
      timer = setInterval(tick, 250, Date.now());
    }

    button.addEventListener("click", function () {
      if (recorder) return finish();
      navigator.mediaDevices.getUserMedia({ audio: true }).then(record).catch(function () {
        told.textContent = words.refused;
      });
    });
    drop.addEventListener("click", function () { hold(null); button.focus(); });
    input.addEventListener("change", function () { show(input.files[0] || null); });
    form.addEventListener("submit", finish, true);   /* what is being said is sent, too */
  }

  if (able()) document.querySelectorAll("input[data-voice]").forEach(function (input) {
    if (input.dataset.bound) return;       /* two fields bring this file twice */
    input.dataset.bound = "1";
    bind(input);
  });
})();
