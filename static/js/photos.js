/* Photos are shown and shrunk before they are sent. Where a browser cannot, the chosen files go as they are. */
(function () {
  "use strict";
  var SIDE = 1600, LIGHT = 400 * 1024;

  function draw(bitmap, side, cover) {
    var scale = (cover ? Math.max : Math.min)(side / bitmap.width, side / bitmap.height);
    if (!cover) scale = Math.min(1, scale);
    var canvas = document.createElement("canvas"), width = bitmap.width * scale, height = bitmap.height * scale;
    canvas.width = cover ? side : Math.round(width);
    canvas.height = cover ? side : Math.round(height);
    canvas.getContext("2d").drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    return canvas;
  }

  /* In: a File. Out: a promise of {file, thumb}; the file itself and no picture where the browser cannot read it. */
  function shrink(file) {
    return createImageBitmap(file).then(function (bitmap) {
      var thumb = draw(bitmap, 160, true);
      if (file.size <= LIGHT) return { file: file, thumb: thumb };
      return new Promise(function (resolve) {
        draw(bitmap, SIDE, false).toBlob(function (blob) {
          var name = file.name.replace(/\.\w+$/, "") + ".jpg";
          var small = blob && blob.size < file.size ? new File([blob], name, { type: "image/jpeg" }) : file;
          resolve({ file: small, thumb: thumb });
        }, "image/jpeg", 0.82);
      });
    }).catch(function () { return { file: file, thumb: null }; });
  }

  function show(input, shots, many) {
    var list = input.shown || (input.shown = document.createElement("div"));
    list.setAttribute("role", "status");
    list.textContent = "";
    input.after(list);
    var kb = Math.round(shots.reduce(function (sum, shot) { return sum + shot.file.size; }, 0) / 1024);
    var words = input.dataset.ready.replace("{n}", shots.length).replace("{kb}", kb) + (many ? " " + input.dataset.many : "");
    var line = document.createElement("p"), strip = document.createElement("ul");
    line.className = "counter";
    line.textContent = shots.length ? words : "";
    strip.className = "chosen";
    shots.forEach(function (shot) {
      var place = document.createElement("li");
      if (!shot.thumb) { place.textContent = shot.file.name; strip.append(place); return; }
      shot.thumb.setAttribute("role", "img");
      shot.thumb.setAttribute("aria-label", shot.file.name);
      place.append(shot.thumb);
      strip.append(place);
    });
    list.append(line, strip);
  }

  function chosen(event) {
    var input = event.target, most = Number(input.dataset.photos), files = Array.from(input.files);
    var before = input.form.waiting, work = Promise.all(files.slice(0, most).map(shrink)).then(function (shots) {
      try {
        var carrier = new DataTransfer();
        shots.forEach(function (shot) { carrier.items.add(shot.file); });
        input.files = carrier.files;
      } catch (error) { /* an old browser keeps the files as they are */ }
      show(input, shots, files.length > most);
    }).then(function () { return before; }).finally(function () {
      if (input.form.waiting === work) input.form.waiting = null;
    });
    input.form.waiting = work;
  }

  if (window.createImageBitmap) document.querySelectorAll("input[data-photos]").forEach(function (input) {
    if (input.dataset.bound) return;       /* two photo fields bring this file twice */
    input.dataset.bound = "1";
    input.addEventListener("change", chosen);
  });
})();
