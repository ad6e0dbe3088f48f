/* What the pages do beyond htmx: drop empty choices from addresses, keep the focus, say when the server is away. */
(function () {
  "use strict";

  var script = document.currentScript;
  var offline = script ? script.getAttribute("data-offline") : "";

  // Empty choices say nothing: they stay out of the address.
  document.addEventListener("htmx:configRequest", function (event) {
    var parameters = event.detail.parameters;
    Object.keys(parameters).forEach(function (name) {
      if (parameters[name] === "") {
        delete parameters[name];
      }
    });
  });

  // After a swap the picker that was used has the focus again, so that the keyboard can go on.
  var focused = "";
  document.addEventListener("htmx:beforeRequest", function () {
    var active = document.activeElement;
    focused = active && active.name ? active.name : "";
  });
  document.addEventListener("htmx:afterSettle", function () {
    var again = focused ? document.querySelector('.pickers [name="' + focused + '"]') : null;
    if (again) {
      again.focus();
    }
    focused = "";
  });

  function unreachable() {
    var main = document.getElementById("main");
    var notice = document.getElementById("offline");
    if (!notice) {
      notice = document.createElement("p");
      notice.id = "offline";
      notice.className = "notice error";
      notice.setAttribute("role", "alert");
      main.insertBefore(notice, main.firstChild);
    }
    notice.textContent = offline;
  }

  document.addEventListener("htmx:sendError", unreachable);
  document.addEventListener("htmx:timeout", unreachable);

  // A refused or failed address is opened as a page of its own, which says what is wrong.
  document.addEventListener("htmx:responseError", function (event) {
    window.location.href = event.detail.pathInfo.finalRequestPath || event.detail.pathInfo.requestPath;
  });
})();
