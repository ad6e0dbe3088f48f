/* While a file is being made the button says so. Without this the file comes all the same. */
(function () {
  "use strict";

  // The answer to a download opens no page: it sets a cookie with the mark that was sent along.
  var COOKIE = "made";
  var EVERY = 200;
  var LONGEST = 120000;

  function arrived(mark) {
    return document.cookie.split("; ").indexOf(COOKIE + "=" + mark) >= 0;
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var button = event.submitter || document.activeElement;
    var says = form.getAttribute("data-making");
    if (!says || !button || !/(^|\.)(docx|pdf|xlsx|csv)$/.test(button.value)) {
      return;
    }
    var mark = String(Date.now());
    var field = form.querySelector("[name=mark]");
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "mark";
      form.appendChild(field);
    }
    field.value = mark;
    var status = form.querySelector(".progress");
    var words = button.textContent;
    var began = Date.now();
    // Only after the browser has read the form: a button that is off is not sent.
    window.setTimeout(function () {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
      button.textContent = says;
      if (status) {
        status.textContent = says;
      }
    }, 0);

    function over() {
      window.clearInterval(asking);
      button.disabled = false;
      button.removeAttribute("aria-busy");
      button.textContent = words;
      if (status) {
        status.textContent = "";
      }
    }
    var asking = window.setInterval(function () {
      if (arrived(mark) || Date.now() - began > LONGEST) {
        document.cookie = COOKIE + "=; path=/; max-age=0; samesite=lax";
        over();
      }
    }, EVERY);
    // Coming back to a page that was left shows it as it was: with a button that can be pressed.
    window.addEventListener("pagehide", over, { once: true });
  });
})();
