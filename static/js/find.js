/* A list that opens while one types (ARIA combobox). Its rows come from the address in data-find; choosing one goes there. */
(function () {
  "use strict";
  function attach(input, number) {
    var list = document.createElement("ul"), status = document.createElement("p"), asked = 0, timer = 0, at = -1;
    list.id = "found-" + number;
    list.className = "found";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", document.querySelector("label[for='" + input.id + "']").textContent);
    status.className = "unseen";
    status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.after(list, status);
    close();

    /* What is typed as the caller's number goes along, in this tab and no further: nothing is typed twice. */
    function go(to) {
      var phone = Array.from(document.querySelectorAll("input[name=phone]")).find(function (one) { return one.value; });
      try { if (phone) sessionStorage.setItem("caller", phone.value); } catch (error) { /* then it is typed again */ }
      location.assign(to);
    }
    function options() { return list.querySelectorAll("[role=option]"); }
    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function choose(index) {
      var all = options();
      if (!all.length) return;
      at = (index + all.length) % all.length;
      all.forEach(function (one, place) { one.setAttribute("aria-selected", String(place === at)); });
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    }
    function show(rows) {
      list.textContent = "";
      rows.forEach(function (row, place) {
        var one = document.createElement("li"), note = document.createElement("small");
        one.id = list.id + "-" + place;
        one.setAttribute("role", "option");
        one.setAttribute("aria-selected", "false");
        one.dataset.to = row.to;
        one.textContent = row.label + " ";
        note.textContent = row.note;
        one.append(note);
        list.append(one);
      });
      at = -1;
      list.hidden = !rows.length;
      input.setAttribute("aria-expanded", String(rows.length > 0));
      status.textContent = rows.length ? "" : input.dataset.none;
    }
    /* A telephone number is sent with the form, and goes into no address. */
    function ask() {
      var typed = input.value.trim(), mine = asked += 1;
      if (!typed || /^[+＋(（]?[01０１][\d０-９\s()（）-]{4,}$/.test(typed)) return close();
      fetch(input.dataset.find + "?q=" + encodeURIComponent(typed), { credentials: "same-origin" }).then(function (answer) {
        return answer.ok ? answer.json() : { found: [] };
      }).then(function (answer) { if (mine === asked) show(answer.found); }).catch(close);
    }
    input.addEventListener("input", function (event) {
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(ask, 180);
    });
    input.addEventListener("compositionend", function () { clearTimeout(timer); timer = setTimeout(ask, 180); });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing || event.keyCode === 229) return;
      var open = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (open) choose(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)); else ask();
        event.preventDefault();
      } else if (event.key === "Enter" && open && (at >= 0 || !input.name)) {
        go(options()[Math.max(at, 0)].dataset.to);
        event.preventDefault();
      } else if (event.key === "Escape" && open) {
        close();
        event.preventDefault();
        event.stopPropagation();
      }
    });
    input.addEventListener("blur", function () { setTimeout(close, 150); });
    list.addEventListener("mousedown", function (event) {
      var one = event.target.closest("[role=option]");
      if (one) go(one.dataset.to);
    });
  }
  try {
    var caller = sessionStorage.getItem("caller");
    sessionStorage.removeItem("caller");
    document.querySelectorAll("input[name=phone]").forEach(function (one) { one.value = one.value || caller || ""; });
  } catch (error) { /* a browser that keeps nothing */ }
  document.querySelectorAll("[data-scripted]").forEach(function (each) { each.hidden = false; });
  document.querySelectorAll("[data-find]").forEach(attach);
})();
