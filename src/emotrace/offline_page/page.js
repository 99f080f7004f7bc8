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
    const player = section.querySelector("video");
    const timed = player && typeof recordings[names[0]].data[0].x[0] === "number"; // bars of single answers have no time
    const still = {}; // shapes as they were made: plotly writes into the figures
    names.forEach(function (name) { still[name] = (recordings[name].layout.shapes || []).slice(); });

    function play(link) { // what the recording looks or sounds like, where the page knows of it
      if (!player) return;
      player.hidden = true;
      if (link) player.src = link; else player.removeAttribute("src");
    }

    function follow() { // an upright line at the moment that plays
      const now = { type: "line", xref: "x", yref: "paper", x0: player.currentTime, x1: player.currentTime, y0: 0, y1: 1,
        line: { color: "#1d2733", width: 1.2 } };
      Plotly.relayout(place, { shapes: still[names[chooser.selectedIndex]].concat([now]) });
    }

    if (player) {
      player.addEventListener("loadedmetadata", function () { // without pictures a bar to play the sound is enough
        player.classList.toggle("sound", player.videoWidth === 0);
        player.hidden = false;
      });
      player.addEventListener("error", function () { player.hidden = true; });
      if (timed) player.addEventListener("timeupdate", follow);
    }

    function show(index) {
      const at = (index + names.length) % names.length;
      const figure = recordings[names[at]];
      chooser.selectedIndex = at;
      count.textContent = (at + 1) + " of " + names.length;
      rows.forEach(function (row) { row.classList.toggle("shown", row.dataset.recording === names[at]); });
      figure.layout.shapes = still[names[at]].slice();
      Plotly.react(place, figure.data, figure.layout, config);
      play(figure.media);
    }

    names.forEach(function (name) { chooser.add(new Option(name)); });
    chooser.addEventListener("change", function () { show(chooser.selectedIndex); });
    section.querySelector(".before").addEventListener("click", function () { show(chooser.selectedIndex - 1); });
    section.querySelector(".after").addEventListener("click", function () { show(chooser.selectedIndex + 1); });
    rows.forEach(function (row) {
      row.addEventListener("click", function () { show(names.indexOf(row.dataset.recording)); });
    });
    show(0);
    if (timed) {
      place.on("plotly_click", function (event) { player.currentTime = event.points[0].x; });
    }
  });
})();
