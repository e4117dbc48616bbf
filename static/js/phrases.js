/* A ready-made sentence goes into the field below it, after what stands there; a second choice takes the place of the first. */
document.querySelectorAll("select[data-fills]").forEach(function (choice) {
  var area = document.getElementById(choice.dataset.fills), last = "";
  if (!area || choice.dataset.bound) return;
  choice.dataset.bound = "1";
  choice.addEventListener("change", function () {
    var kept = last && area.value.endsWith(last) ? area.value.slice(0, -last.length) : area.value;
    last = choice.value;
    area.value = kept && last && !/\s$/.test(kept) ? kept + "\n" + last : kept + last;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
});
