/* The plan without reloading where it helps: tick all rows, take over the chosen indicator at once. */
(function () {
  "use strict";

  var all = document.getElementById("tick-all");
  var table = document.getElementById("plan-table");
  if (all && table) {
    var boxes = table.querySelectorAll('input[name="target"]');
    var show = function () {
      var ticked = Array.prototype.filter.call(boxes, function (box) {
        return box.checked;
      }).length;
      all.checked = boxes.length > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    all.hidden = false;
    all.addEventListener("change", function () {
      boxes.forEach(function (box) {
        box.checked = all.checked;
      });
      show();
    });
    table.addEventListener("change", function (event) {
      if (event.target !== all) show();
    });
    show();
  }

  var choose = document.getElementById("choose");
  var indicator = document.getElementById("id_indicator");
  if (choose && indicator) {
    choose.hidden = true;
    indicator.addEventListener("change", function () {
      choose.click();
    });
  }

  var lead = document.getElementById("id_lead_leader");
  if (lead && document.getElementById("leads")) lead.setAttribute("list", "leads");
})();
