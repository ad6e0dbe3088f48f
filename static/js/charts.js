/* Draws every figure marked with data-chart when it comes into view, on the page as it stands and as htmx has swapped
   it. The library is large and keeps the browser busy for a second: it is fetched for the first chart that is seen,
   beside the chart's data. The figures also stand in a table. */
(function () {
  "use strict";

  var BUSY = "503";
  var AGAIN = 10000;

  // So far below the window a chart begins to be drawn, to stand when it is scrolled to.
  var AHEAD = "200px";

  var script = document.currentScript;
  var chinese = document.documentElement.lang.indexOf("zh") === 0;
  var library = null;

  function load(address) {
    return new Promise(function (resolve, reject) {
      var element = document.createElement("script");
      element.src = address;
      element.onload = resolve;
      element.onerror = function () {
        element.remove();
        reject(new Error(address));
      };
      document.head.appendChild(element);
    });
  }

  /* Once for the page; after a failure the next chart tries again. */
  function loadLibrary() {
    if (!library) {
      library = load(script.getAttribute("data-library")).then(function () {
        return chinese ? load(script.getAttribute("data-words")) : null;
      });
      library.catch(function () {
        library = null;
      });
    }
    return library;
  }

  function loadData(address) {
    return fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } }).then(
      function (response) {
        if (!response.ok) {
          throw new Error(String(response.status));
        }
        return response.json();
      },
    );
  }

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
    Promise.all([loadData(figure.getAttribute("data-chart")), loadLibrary()])
      .then(function (loaded) {
        var chart = loaded[0];
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
        say(figure, script.getAttribute("data-failed"));
        figure.setAttribute("data-drawn", "failed");
        if (error.message === BUSY) {
          window.setTimeout(draw, AGAIN, figure);
        }
      });
  }

  var watch =
    "IntersectionObserver" in window
      ? new IntersectionObserver(
          function (entries) {
            entries.forEach(function (entry) {
              if (entry.isIntersecting) {
                watch.unobserve(entry.target);
                draw(entry.target);
              }
            });
          },
          { rootMargin: AHEAD },
        )
      : null;

  /* What is printed now has the table; a chart that was not seen yet is there the next time. */
  function drawAll() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-chart][data-drawn=waiting]"), function (figure) {
      if (watch) {
        watch.unobserve(figure);
      }
      draw(figure);
    });
  }

  function awaitAll() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-chart]:not([data-drawn])"), function (figure) {
      figure.setAttribute("data-drawn", "waiting");
      say(figure, script.getAttribute("data-waiting"));
      if (watch) {
        watch.observe(figure);
      }
    });
    if (!watch) {
      drawAll();
    }
  }

  window.addEventListener("beforeprint", drawAll);
  document.addEventListener("htmx:afterSettle", awaitAll);
  document.addEventListener("htmx:historyRestore", awaitAll);
  awaitAll();
})();
