/* Draws every figure marked with data-chart, after the page stands and after htmx has swapped it. The figures also
   stand in a table beside it. */
(function () {
  "use strict";

  var BUSY = "503";
  var AGAIN = 10000;

  var script = document.currentScript;
  var failed = script ? script.getAttribute("data-failed") : "";
  var chinese = document.documentElement.lang.indexOf("zh") === 0;

  function settings(chart) {
    return {
      locale: chinese ? "zh-CN" : "en",
      displaylogo: false,
      displayModeBar: true,
      // Nothing leaves the house: no upload, no share button.
      showSendToCloud: false,
      plotlyServerURL: "",
      responsive: true,
      modeBarButtons: [["toImage"]],
      toImageButtonOptions: { format: "png", filename: chart.fileName, scale: 2 },
    };
  }

  /* Chinese characters are twice as wide as Latin ones. */
  function shortened(name, width) {
    for (var at = 0; at < name.length; at += 1) {
      width -= name.charCodeAt(at) > 0x2e7f ? 2 : 1;
      if (width < 0) {
        return name.slice(0, at) + "…";
      }
    }
    return name;
  }

  /* On a phone long names would leave no room for the bars: they are shortened (the table and the tool tip have them
     in full), and the figures stand in a column of their own. The months of a course are named by quarters, so that
     none is turned. */
  function fit(chart, width) {
    var bars = chart.data[0];
    var layout = chart.layout;
    if (width >= 600 || !bars) {
      return;
    }
    if (bars.orientation !== "h") {
      layout.xaxis.tickvals = layout.xaxis.categoryarray.filter(function (name, place) {
        return place % 3 === 0;
      });
      return;
    }
    layout.yaxis.ticktext = layout.yaxis.ticktext.map(function (name) {
      return shortened(name, 16);
    });
    layout.xaxis.tickvals = [0, 0.5, 1];
    layout.xaxis.ticktext = ["0%", "50%", "100%"];
    layout.xaxis.range = [0, 2];
    var words = chart.data[2];
    layout.annotations = words.y.map(function (code, place) {
      return { x: 1, xref: "paper", xanchor: "right", y: code, text: words.text[place], showarrow: false };
    });
    words.visible = false;
  }

  function say(figure, text) {
    figure.querySelector("figcaption").textContent = text;
  }

  /* The library's one button is a link without an address: give it a place in the order of the keyboard. */
  function makeReachable(plot) {
    Array.prototype.forEach.call(plot.querySelectorAll(".modebar-btn"), function (button) {
      button.setAttribute("tabindex", "0");
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", button.getAttribute("data-title") || "");
      button.addEventListener("keydown", function (event) {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          button.click();
        }
      });
    });
  }

  /* On paper the style sheet makes the drawing as wide as the page: for that its layers need their own measures. */
  function makeScalable(plot) {
    Array.prototype.forEach.call(plot.querySelectorAll(".main-svg"), function (layer) {
      layer.setAttribute("viewBox", "0 0 " + layer.getAttribute("width") + " " + layer.getAttribute("height"));
    });
  }

  function draw(figure) {
    var plot = figure.querySelector(".plot");
    figure.setAttribute("data-drawn", "no");
    fetch(figure.getAttribute("data-chart"), { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (response) {
        if (!response.ok) {
          throw new Error(String(response.status));
        }
        return response.json();
      })
      .then(function (chart) {
        figure.setAttribute("aria-label", chart.sentence);
        say(figure, chart.sentence);
        plot.style.height = chart.layout.height + "px";
        fit(chart, plot.clientWidth);
        return window.Plotly.newPlot(plot, chart.data, chart.layout, settings(chart));
      })
      .then(function () {
        makeReachable(plot);
        makeScalable(plot);
        plot.on("plotly_afterplot", function () {
          makeScalable(plot);
        });
        figure.setAttribute("data-drawn", "yes");
      })
      .catch(function (error) {
        say(figure, failed);
        figure.setAttribute("data-drawn", "failed");
        if (error.message === BUSY) {
          window.setTimeout(draw, AGAIN, figure);
        }
      });
  }

  function drawAll() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-chart]:not([data-drawn])"), draw);
  }

  document.addEventListener("htmx:afterSettle", drawAll);
  document.addEventListener("htmx:historyRestore", drawAll);
  drawAll();
})();
