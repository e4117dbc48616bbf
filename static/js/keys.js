/* j and k walk the rows of a table, only while the focus is in it (WCAG 2.1.4). */
document.querySelectorAll("table[data-keys]").forEach(function (table) {
  table.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    var step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    var rows = Array.from(table.tBodies[0].rows), next = rows[rows.indexOf(event.target.closest("tr")) + step];
    var link = next && next.querySelector("a");
    if (link) { event.preventDefault(); link.focus(); }
  });
});
