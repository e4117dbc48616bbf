/* Single keys for the queue and the page of a report. Never in a field, while characters are composed, or with Ctrl, Alt, Meta. */
(function () {
  "use strict";
  var dialog = document.getElementById("keys"), table = document.querySelector(".queue table");
  if (!dialog) return;

  function typing(target) {
    return target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea");
  }
  function rows() { return table ? Array.from(table.tBodies[0].rows) : []; }
  function here() {
    var row = document.activeElement && document.activeElement.closest(".queue tbody tr");
    return row || (table && table.querySelector("tr.here"));
  }
  function mark(row) {
    rows().forEach(function (each) { each.classList.toggle("here", each === row); });
    row.querySelector("th a").focus();
  }
  function walk(step) {
    var all = rows(), at = all.indexOf(here());
    var next = all[at < 0 ? 0 : at + step];
    if (next) mark(next);
  }
  function tick(row) { return row && row.querySelector("input[type=checkbox]"); }
  /* A step of a report's page: open its own page, there at the first field. */
  function step() {
    for (var i = 0; i < arguments.length; i += 1) {
      var link = document.querySelector("#moves a[href$='/" + arguments[i] + "']");
      if (link) return go(link.href + "#write");
    }
    return false;
  }
  function send() {
    var chosen = document.querySelector("#send-many select, #send select");
    if (!chosen) return step("assign", "reassign");
    var one = tick(here());
    if (one && !document.querySelector(".queue input:checked")) one.checked = true;
    chosen.focus();
    return true;
  }
  function find() {
    var field = document.querySelector("[data-find]");
    if (!field) return false;
    var closed = field.closest("details");
    if (closed) closed.open = true;
    field.focus();
    field.select();
    return true;
  }
  function go(address) {
    if (address) location.assign(address);
    return Boolean(address);
  }
  function leave(target) {
    if (!typing(target)) return false;
    var row = here();
    target.blur();
    if (row) mark(row);
    return true;
  }
  function open() {
    var row = here();
    return Boolean(row) && (row.querySelector("th a").click(), true);
  }
  function tickHere() {
    var box = tick(here());
    if (box) box.click();
    return Boolean(box);
  }
  var keys = {
    j: function () { walk(1); return Boolean(table); },
    k: function () { walk(-1); return Boolean(table); },
    o: open, x: tickHere, a: send, "/": find,
    n: function () { return step("note"); },
    h: function () { return step("hold"); },
    c: function () { return go(dialog.dataset.intake); },
    q: function () { return go(dialog.dataset.queue); },
    "?": function () { if (dialog.showModal) dialog.showModal(); else location.assign("/help/keys"); return true; }
  };
  /* Whoever came by a key writes at once. No element bears this name: the browser would take the focus away again. */
  var first = location.hash === "#write" && document.querySelector("#step :is(select, textarea, input:not([type=hidden]))");
  if (first) first.focus();
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") { if (!dialog.open && leave(event.target)) event.preventDefault(); return; }
    if (dialog.open || typing(event.target) || !Object.prototype.hasOwnProperty.call(keys, event.key)) return;
    if (keys[event.key]()) event.preventDefault();
  });
})();
