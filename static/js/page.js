/* Small helps; every page works without them. */
(function () {
  "use strict";

  /* A form is sent once. Back from the cache, or after 15 seconds without an answer, it may be sent again: its key makes that harmless. */
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[data-word]").forEach(function (button) {
      button.querySelector("span").textContent = button.dataset.word;
      button.removeAttribute("data-word");
      button.removeAttribute("aria-disabled");
    });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) return event.preventDefault();
    if (form.waiting) {                       /* photos.js still shrinks, or voice.js still records */
      event.preventDefault();
      var by = event.submitter;
      form.waiting.then(function () { form.requestSubmit(by); });
      return;
    }
    form.dataset.sent = "1";
    var button = event.submitter || form.querySelector("[type=submit]");
    if (button && button.dataset.busy) {
      var word = button.querySelector("span");
      button.dataset.word = word.textContent;
      button.setAttribute("aria-disabled", "true");
      word.textContent = button.dataset.busy;
    }
    setTimeout(release, 15000, form);
  });
  addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("[data-sent]").forEach(release);
  });

  /* Time left, in the words of the server's filter `left`; what is more than a day off stays as it came. */
  var words = document.body.dataset;
  function span(minutes) {
    var h = Math.floor(minutes / 60), min = minutes % 60;
    var parts = h ? [words.h.replace("0", h)] : [];
    if (min || !h) parts.push(words.min.replace("0", min));
    return parts.join(" ");
  }
  function tick() {
    document.querySelectorAll("time[data-due]").forEach(function (time) {
      var rest = (Date.parse(time.dateTime) - Date.now()) / 60000, far = Math.floor(Math.abs(rest));
      if (far >= 1440) return;
      var text = (rest >= 0 ? words.left : words.over).replace("{}", span(far));
      if (time.textContent !== text) time.textContent = text;
      var badge = time.closest(".clock");
      if (rest < 0 && badge) badge.className = badge.className.replace(/\b(idle|soon)\b/, "over");
    });
  }
  if (document.querySelector("time[data-due]")) setInterval(tick, 20000);

  /* How many characters are left, told when it begins to matter. */
  document.querySelectorAll("textarea[data-counter][maxlength]").forEach(function (area) {
    var line = document.createElement("p");
    line.className = "counter";
    line.setAttribute("role", "status");
    area.after(line);
    area.addEventListener("input", function () {
      var rest = area.maxLength - area.value.length;
      line.textContent = rest < area.maxLength / 4 ? area.dataset.counter.replace("{n}", rest) : "";
    });
  });

  /* Copy. */
  if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim()).then(function () {
        button.querySelector("span").textContent = button.dataset.done;
      });
    });
  });
})();
