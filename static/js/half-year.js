// The length of the report while it is written, counted as the server counts it (reports/half_year/length.py).
"use strict";

(function () {
  var form = document.getElementById("report");
  var shown = form && form.querySelector(".length");
  if (!shown) {
    return;
  }
  var wide = "\\u2e80-\\u2fff\\u3001-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef\\u2014\\u2018\\u2019\\u201c\\u201d\\u2026";
  var counted = new RegExp("[" + wide + "\\u{20000}-\\u{3ffff}]|[^\\s" + wide + "\\u{20000}-\\u{3ffff}]+", "gu");
  var marked = /〖([^〖〗|\n]*)(?:\|[^〖〗\n]*)?〗/g;
  var total = shown.querySelector("b");

  function wordsIn(text) {
    return (text.replace(marked, "$1").match(counted) || []).length;
  }

  function count() {
    var words = Number(shown.dataset.other);
    form.querySelectorAll("[name=text]").forEach(function (box) {
      if (!box.closest(".left-out")) {
        words += wordsIn(box.value);
      }
    });
    total.textContent = String(words);
    shown.classList.toggle("near", words > Number(shown.dataset.special) && words <= Number(shown.dataset.general));
    shown.classList.toggle("over", words > Number(shown.dataset.general));
  }

  form.addEventListener("input", count);
})();
