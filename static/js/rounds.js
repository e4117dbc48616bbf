/* On a round: a label is read by the page itself where the browser can, the position is said if somebody wants that, and
   the clock of the device goes along. Elsewhere the fields are what they were. */
(function () {
  "use strict";

  function button(box, words) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "button quiet large";
    made.textContent = words;
    box.append(made);
    return made;
  }

  function teller(box) {
    var made = document.createElement("p");
    made.className = "hint";
    made.setAttribute("role", "status");
    box.append(made);
    return made;
  }

  /* The code in what a label says: its address ends with it. */
  function codeOf(text) {
    var found = /(?:^|\/p\/)([0-9A-Za-z]{13})(?:[/?#].*)?$/.exec(text.trim());
    return found ? found[1] : "";
  }

  function scanning(box) {
    var words = box.dataset, field = document.getElementById(words.scan), stream = null, video = null, timer = 0;
    if (!field || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
    var press = button(box, words.start), told = teller(box);

    function stop() {
      clearTimeout(timer);
      if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
      if (video) video.remove();
      stream = video = null;
      press.textContent = words.start;
    }

    function take(code) {
      stop();
      field.value = code;
      told.textContent = words.seen;
      var form = field.form;
      if (form.method === "get") form.requestSubmit();
    }

    function look(reader) {
      if (!video) return;
      reader.detect(video).then(function (seen) {
        var codes = seen.map(function (each) { return codeOf(each.rawValue); }).filter(Boolean);
        if (codes.length) take(codes[0]); else timer = setTimeout(look, 200, reader);
      }).catch(function () { timer = setTimeout(look, 500, reader); });
    }

    function start() {
      var reader;
      try { reader = new window.BarcodeDetector({ formats: ["qr_code"] }); } catch (error) { told.textContent = words.refused; return; }
      navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (opened) {
        stream = opened;
        video = document.createElement("video");
        video.muted = video.playsInline = true;
        video.srcObject = opened;
        box.prepend(video);
        press.textContent = words.stop;
        told.textContent = "";
        return video.play().then(function () { look(reader); });
      }).catch(function () { stop(); told.textContent = words.refused; });
    }

    press.addEventListener("click", function () { if (stream) stop(); else start(); });
    window.addEventListener("pagehide", stop);
  }

  function locating(box) {
    var words = box.dataset, form = document.getElementById(words.locate);
    if (!form || !navigator.geolocation) return;
    var press = button(box, words.start), told = teller(box);
    press.addEventListener("click", function () {
      navigator.geolocation.getCurrentPosition(function (found) {
        var here = found.coords;
        form.elements.position.value = [here.latitude.toFixed(6), here.longitude.toFixed(6), Math.ceil(here.accuracy)].join(",");
        told.textContent = words.done.replace("{n}", Math.ceil(here.accuracy));
      }, function () { told.textContent = words.refused; }, { enableHighAccuracy: true, timeout: 20000 });
    });
  }

  /* What is compulsory is asked for before it is sent: no browser keeps the photos of a form that is refused. What does
     not apply needs no number, and instead of a photo a word of why. */
  function needing(job) {
    var needed = job.querySelectorAll("[data-needed]"), none = job.querySelector("[name^=none_], [value=not_applicable]");
    var counted = job.querySelector("[name^=counted_]"), total = job.querySelector("[name^=total_]");
    var note = job.querySelector("[name^=note_]"), photo = job.querySelector("[type=file][data-needed]");
    function look() {
      needed.forEach(function (each) {
        each.required = !none.checked;
        each.disabled = none.checked && each.type !== "file";
      });
      if (counted) counted.max = total.value || total.max;
      note.required = none.checked && !!photo && !photo.files.length;
      if (note.required) note.closest("details").open = true;
    }
    job.addEventListener("input", look);
    look();
  }

  document.querySelectorAll("[data-scan]").forEach(scanning);
  document.querySelectorAll("form .job").forEach(needing);
  document.querySelectorAll("[data-locate]").forEach(locating);
  var point = document.getElementById("point");
  if (point) point.addEventListener("submit", function () { point.elements.device_at.value = String(Date.now()); });
})();
