/* The search of a unit suggests while one types. Without this the names are sent and looked up by the server. */
(function () {
  "use strict";

  var PAUSE = 200;
  var number = 0;

  function listOf(field) {
    var list = field.list;
    if (!list) {
      list = document.createElement("datalist");
      number += 1;
      list.id = "suggested-units-" + number;
      field.parentNode.appendChild(list);
      field.setAttribute("list", list.id);
    }
    return list;
  }

  function words(unit) {
    return unit.name + (unit.above ? " · " + unit.above : "") + " (" + unit.code + ")";
  }

  function suggest(field) {
    var typed = field.value.trim();
    if (!typed) {
      return;
    }
    fetch(field.getAttribute("data-units") + "?q=" + encodeURIComponent(typed), { credentials: "same-origin" })
      .then(function (answer) {
        return answer.ok ? answer.json() : { units: [] };
      })
      .then(function (found) {
        if (field.value.trim() !== typed) {
          return;
        }
        var list = listOf(field);
        while (list.firstChild) {
          list.removeChild(list.firstChild);
        }
        found.units.forEach(function (unit) {
          var option = document.createElement("option");
          option.value = words(unit);
          option.setAttribute("data-code", unit.code);
          list.appendChild(option);
        });
      })
      .catch(function () {
        /* The server is away: what is typed can still be sent. */
      });
  }

  function chosen(field) {
    return Array.prototype.filter.call(field.list ? field.list.options : [], function (option) {
      return option.value === field.value;
    })[0];
  }

  // In the head of a page what was chosen becomes the choice of the list beside it, and the page follows.
  function take(field, option) {
    var select = field.form && field.form.querySelector('select[name="unit"]');
    if (!select) {
      return;
    }
    var code = option.getAttribute("data-code");
    var known = Array.prototype.filter.call(select.options, function (one) {
      return one.value === code;
    })[0];
    if (!known) {
      known = document.createElement("option");
      known.value = code;
      known.textContent = option.value;
      select.appendChild(known);
    }
    select.value = code;
    field.value = "";
    if (field.form.hasAttribute("hx-get")) {
      select.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      field.form.submit();
    }
  }

  var waiting = null;
  document.addEventListener("input", function (event) {
    var field = event.target;
    if (!field.hasAttribute || !field.hasAttribute("data-units")) {
      return;
    }
    window.clearTimeout(waiting);
    var option = chosen(field);
    if (option && field.name === "find") {
      take(field, option);
      return;
    }
    waiting = window.setTimeout(function () {
      suggest(field);
    }, PAUSE);
  });

  // Who changes a list beside it no longer searches: what was left half typed is not sent with it.
  document.addEventListener(
    "change",
    function (event) {
      var field = event.target;
      var find = field.tagName === "SELECT" && field.form && field.form.querySelector('input[name="find"]');
      if (find) {
        find.value = "";
      }
    },
    true
  );
})();
