/* Recording with the page itself, where the browser can: at most a minute, listened to and thrown away at will.
   Elsewhere, and where the microphone is refused, the file input is what it was. */
(function () {
  "use strict";
  var KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

  function bind(input) {
    var words = input.dataset, most = Number(words.voice);
    var box = document.createElement("div"), button = document.createElement("button");
    var told = document.createElement("p"), player = document.createElement("audio"), drop = document.createElement("button");
    var recorder = null, timer = 0, address = "";
    box.className = "recorder";
    button.type = drop.type = "button";
    button.className = "button large";
    drop.className = "button quiet";
    button.textContent = words.start;
    drop.textContent = words.drop;
    told.className = "counter";
    told.setAttribute("role", "status");
    player.controls = true;
    player.hidden = drop.hidden = true;
    box.append(button, told, player, drop);
    input.before(box);

    function hold(file) {
      try {
        var carrier = new DataTransfer();
        if (file) carrier.items.add(file);
        input.files = carrier.files;
      } catch (error) { told.textContent = words.refused; return; }
      if (address) URL.revokeObjectURL(address);
      address = file ? URL.createObjectURL(file) : "";
      if (file) player.src = address; else player.removeAttribute("src");
      player.hidden = drop.hidden = !file;
      button.textContent = file ? words.again : words.start;
    }

    function finish() { if (recorder && recorder.state !== "inactive") recorder.stop(); }

    function record(stream) {
      var kind = KINDS.find(function (each) { return MediaRecorder.isTypeSupported(each); });
      var parts = [], since = Date.now(), done;
      recorder = new MediaRecorder(stream, kind ? { mimeType: kind, audioBitsPerSecond: 40000 } : {});
      input.form.waiting = new Promise(function (resolve) { done = resolve; });
      recorder.addEventListener("dataavailable", function (event) { if (event.data.size) parts.push(event.data); });
      recorder.addEventListener("stop", function () {
        clearInterval(timer);
        stream.getTracks().forEach(function (track) { track.stop(); });
        var type = recorder.mimeType || kind || "audio/webm";
        recorder = null;
        button.classList.remove("danger");
        told.textContent = "";
        if (parts.length) hold(new File(parts, /mp4/.test(type) ? "voice.m4a" : "voice.webm", { type: type }));
        input.form.waiting = null;
        done();
      });
      recorder.start();
      button.textContent = words.stop;
      button.classList.add("danger");
      timer = setInterval(function () {
        var seconds = Math.floor((Date.now() - since) / 1000);
        told.textContent = words.seconds.replace("{n}", seconds).replace("{most}", most);
        if (Date.now() - since >= (most - 0.3) * 1000) finish();
      }, 250);
    }

    button.addEventListener("click", function () {
      if (recorder) return finish();
      navigator.mediaDevices.getUserMedia({ audio: true }).then(record).catch(function () {
        told.textContent = words.refused;
      });
    });
    drop.addEventListener("click", function () { hold(null); button.focus(); });
    input.addEventListener("change", function () { hold(input.files[0] || null); });
    input.form.addEventListener("submit", finish, true);   /* what is being said is sent, too */
  }

  if (window.MediaRecorder && navigator.mediaDevices) document.querySelectorAll("input[data-voice]").forEach(function (input) {
    if (input.dataset.bound) return;
    input.dataset.bound = "1";
    bind(input);
  });
})();
