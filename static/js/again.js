/* What could not be saved is sent again by itself. Without this there is the button. */
(function () {
  "use strict";

  var form = document.getElementById("again");
  document.getElementById("again-says").hidden = false;
  window.setTimeout(function () { HTMLFormElement.prototype.submit.call(form); }, 1000 * Number(form.getAttribute("data-again")));
})();
