// Draws the figures of the page, and the recording that the reader picks.
(function () {
  "use strict";
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const config = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"] };

  document.querySelectorAll("[data-figure]").forEach(function (place) {
    const figure = figures.single[place.dataset.figure];
    Plotly.newPlot(place, figure.data, figure.layout, config);
  });

  document.querySelectorAll("[data-explorer]").forEach(function (section) {
    const recordings = figures.recordings[section.dataset.explorer];
    const names = Object.keys(recordings);
    const place = section.querySelector(".figure");
    const chooser = section.querySelector("select");
    const count = section.querySelector(".count");
    const rows = Array.from(section.querySelectorAll("tr[data-recording]"));

    function show(index) {
      const at = (index + names.length) % names.length;
      const figure = recordings[names[at]];
      chooser.selectedIndex = at;
      count.textContent = (at + 1) + " of " + names.length;
      rows.forEach(function (row) { row.classList.toggle("shown", row.dataset.recording === names[at]); });
      Plotly.react(place, figure.data, figure.layout, config);
    }

    names.forEach(function (name) { chooser.add(new Option(name)); });
    chooser.addEventListener("change", function () { show(chooser.selectedIndex); });
    section.querySelector(".before").addEventListener("click", function () { show(chooser.selectedIndex - 1); });
    section.querySelector(".after").addEventListener("click", function () { show(chooser.selectedIndex + 1); });
    rows.forEach(function (row) {
      row.addEventListener("click", function () { show(names.indexOf(row.dataset.recording)); });
    });
    show(0);
  });
})();
