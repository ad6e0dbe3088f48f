/* My month: saves each row as it is typed, moves between rows by keyboard, takes a pasted block after a preview.
 * Everything here is convenience: without it the page is a plain form. No number is computed here. */
(function () {
  "use strict";

  const form = document.getElementById("entering");
  if (!form) {
    return;
  }
  const say = form.dataset;
  const notice = document.getElementById("entering-notice");
  const PAUSE = 1500; // after typing stops
  const AGAIN = 10000; // after the server could not be reached, or could not save at that moment
  const TOO_LONG = 20000;
  const AMOUNTS = ["value", "numerator", "denominator"];
  // What no number begins with: one keystroke for an answer. An input method may turn / into 、.
  const MARKS = { "=": "no_change", "＝": "no_change", "/": "not_applicable", "／": "not_applicable", "、": "not_applicable" };

  // Rows

  function register(element) {
    const row = { element: element, name: element.dataset.row, timer: 0, conflict: false, remembered: null, before: null, unanswered: null };
    // What was refused is not saved yet, nor what was typed before this script began.
    row.saved = element.classList.contains("wrong") || fields(row).some(isTyped) ? "" : text(row);
    return row;
  }

  /** Whether a control says something else than the page did. */
  function isTyped(control) {
    if (control.type === "checkbox") {
      return control.checked !== control.defaultChecked && nameOf(control) !== "chosen";
    }
    if (control.tagName === "SELECT") {
      const chosen = Array.from(control.options).find(function (option) { return option.defaultSelected; }) || control.options[0];
      return Boolean(chosen) && control.value !== chosen.value;
    }
    return control.value !== control.defaultValue;
  }

  const rows = Array.from(form.querySelectorAll("tr[data-row]")).map(register);

  function rowOf(target) {
    const element = target.closest ? target.closest("tr[data-row]") : null;
    return rows.find(function (row) { return row.element === element; });
  }

  function fields(row) {
    return Array.from(row.element.querySelectorAll("[name^='" + row.name + "-']"));
  }

  function field(row, name) {
    return row.element.querySelector("[name='" + row.name + "-" + name + "']");
  }

  function nameOf(control) {
    return control.name.slice(control.name.indexOf("-") + 1);
  }

  function part(row, name) {
    return row.element.querySelector("[data-part='" + name + "']");
  }

  /** What the person has typed into a row, by field. */
  function values(row) {
    const found = {};
    fields(row).forEach(function (control) {
      const name = nameOf(control);
      if (["lock_version", "corrects", "chosen"].indexOf(name) < 0) {
        found[name] = control.type === "checkbox" ? control.checked : control.value;
      }
    });
    return found;
  }

  function put(row, wanted) {
    Object.keys(wanted).forEach(function (name) {
      const control = field(row, name);
      if (control && control.type === "checkbox") {
        control.checked = wanted[name];
      } else if (control) {
        control.value = wanted[name];
      }
    });
  }

  function text(row) {
    return JSON.stringify(values(row));
  }

  function isDirty(row) {
    return text(row) !== row.saved;
  }

  function show(row, state, words) {
    const place = part(row, "saving");
    place.className = "below saving " + state;
    place.textContent = words;
  }

  function paragraphs(place, words, name) {
    place.textContent = "";
    words.forEach(function (word) {
      const line = document.createElement("p");
      line.className = name;
      line.textContent = word;
      place.appendChild(line);
    });
  }

  // Saving: one row at a time, in the order in which they were left.

  const queue = [];
  let running = null;
  let reachable = true;

  function later(row) {
    window.clearTimeout(row.timer);
    row.timer = window.setTimeout(function () { save(row); }, PAUSE);
    show(row, "waiting", say.waiting);
  }

  function save(row) {
    window.clearTimeout(row.timer);
    if (row.conflict || !isDirty(row) || isHalf(row)) {
      if (!row.conflict && !isDirty(row) && part(row, "saving").classList.contains("waiting")) {
        show(row, "", "");
      }
      return;
    }
    if (queue.indexOf(row) < 0) {
      queue.push(row);
    }
    pump();
  }

  /** Between numerator and denominator there is nothing to save yet, nor between a correction and its reason, nor
   * between a growth rate and its figure. */
  function isHalf(row) {
    const above = field(row, "numerator");
    const below = field(row, "denominator");
    const reason = field(row, "reason");
    if ("corrects" in row.element.dataset && !reason.value.trim()) {
      return row.element.contains(document.activeElement);
    }
    const growth = field(row, "official_growth");
    if (growth && growth.value.trim() && !field(row, "answer").value && !AMOUNTS.some(function (name) {
      return field(row, name) && field(row, name).value.trim();
    })) {
      return row.element.contains(document.activeElement);
    }
    if (row.name[0] === "r" && !field(row, "cause").value.trim()) {
      return row.element.contains(document.activeElement);
    }
    return above && Boolean(above.value.trim()) !== Boolean(below.value.trim()) &&
      row.element.querySelector(".fields").contains(document.activeElement);
  }

  function pump() {
    if (!running) {
      running = run().then(function () { running = null; });
    }
    return running;
  }

  async function run() {
    while (queue.length) {
      const row = queue[0];
      const outcome = isDirty(row) ? await send(row) : "saved";
      reachable = ["away", "busy", "signedOut", "somebodyElse"].indexOf(outcome) < 0;
      if (!reachable) {
        queue.forEach(function (waits) { show(waits, "failed", say[outcome]); });
        warn(say[outcome], outcome === "signedOut");
        return;
      }
      warn("");
      queue.shift();
    }
  }

  function warn(words, signIn) {
    notice.hidden = !words;
    notice.querySelector("span").textContent = words;
    notice.querySelector("a").hidden = !signIn;
  }

  function token() {
    return form.querySelector("[name='csrfmiddlewaretoken']").value;
  }

  function ask(address, options) {
    const stop = new AbortController();
    const timer = window.setTimeout(function () { stop.abort(); }, TOO_LONG);
    const asked = Object.assign({ credentials: "same-origin", redirect: "manual", signal: stop.signal }, options);
    return window.fetch(address, asked).finally(function () { window.clearTimeout(timer); });
  }

  /** A row as it is sent: what stands in it, and as which version it was seen. */
  function packed(row) {
    const body = new URLSearchParams();
    body.append("row", row.name);
    fields(row).forEach(function (control) {
      if (control.type !== "checkbox" || control.checked) {
        body.append(control.name, control.value);
      }
    });
    return { body: body, text: text(row) };
  }

  function post(body) {
    return ask(say.address, { method: "POST", body: body, headers: { "X-CSRFToken": token(), Accept: "application/json" } });
  }

  /** Who has signed in again has another token; who it is stands on the page. */
  async function renew() {
    const response = await ask(window.location.href, {});
    if (response.type === "opaqueredirect") {
      return "signedOut";
    }
    if (response.status >= 500) {
      return response.status === 503 ? "busy" : "away";
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[name='csrfmiddlewaretoken']");
    const who = page.querySelector(".who");
    if (!response.ok || !fresh || !who) {
      return "forbidden";
    }
    if (who.textContent !== document.querySelector(".who").textContent) {
      return "somebodyElse";
    }
    document.querySelectorAll("[name='csrfmiddlewaretoken']").forEach(function (control) { control.value = fresh.value; });
    return "";
  }

  /** Save one row. "away", "busy", "signedOut" and "somebodyElse" keep it in the queue; everything else settles it. */
  async function send(row) {
    // What went out and was never answered may have been saved: it is sent again before what was typed since, which
    // would otherwise meet it as if somebody else had saved it.
    const sent = row.unanswered || packed(row);
    row.unanswered = sent;
    show(row, "saving", say.saving);
    let response;
    let answer = null;
    try {
      response = await post(sent.body);
      if (response.status === 403) {
        const failed = await renew();
        if (failed) {
          return settle(row, failed);
        }
        response = await post(sent.body);
      }
      if (response.type === "opaqueredirect") {
        return "signedOut";
      }
      if (response.status === 503) {
        return "busy";
      }
      if (response.status === 200 || response.status === 422 || response.status === 409) {
        answer = await response.json();
      }
    } catch (error) {
      return "away";
    }
    if (response.status < 500) {
      row.unanswered = null;
    }
    if (response.status === 200) {
      row.saved = sent.text;
      clean(row);
      stands(row, answer);
      if (isDirty(row)) {
        later(row);
      } else {
        show(row, "saved", say.saved);
      }
      return "saved";
    }
    if (response.status === 422) {
      refuse(row, answer.errors, answer.readings || {});
      return settle(row, "refused");
    }
    if (response.status === 409) {
      choose(row, answer.conflict);
      return settle(row, "undecided");
    }
    if (response.status === 403 || response.status === 404) {
      return settle(row, response.status === 403 ? "forbidden" : "gone");
    }
    return "away";
  }

  function settle(row, outcome) {
    if (outcome !== "signedOut") {
      show(row, "failed", say[outcome]);
    }
    return outcome;
  }

  function stands(row, answer) {
    const seen = field(row, "lock_version");
    seen.value = answer.lock_version === null ? "" : answer.lock_version;
    ["state", "needed", "other", "gap"].forEach(function (name) {
      if (name in answer && part(row, name)) {
        part(row, name).textContent = answer[name];
      }
    });
    if ("light" in answer) {
      part(row, "light").innerHTML = answer.light; // made by the server from its own words
    }
    if (answer.warnings) {
      paragraphs(part(row, "warnings"), answer.warnings, "missing");
    }
    Object.keys(answer.checks || {}).forEach(function (name) {
      const place = form.querySelector("#" + name + " [data-part='checks']");
      if (place) {
        paragraphs(place, answer.checks[name], "missing");
      }
    });
    if (answer.answered) {
      document.getElementById("answered").textContent = answer.answered;
    }
    if ("remedy" in answer) {
      invite(row, answer.remedy);
    }
  }

  /** The line that asks for a remedy comes when a figure turns red, and goes again unless something was said in it. */
  function invite(row, html) {
    const below = row.element.nextElementSibling;
    const there = below && below.classList.contains("remedy") ? rowOf(below) : null;
    if (html && !there) {
      const body = document.createElement("tbody");
      body.innerHTML = html; // made by the server, everything typed escaped
      const element = body.firstElementChild;
      row.element.after(element);
      rows.splice(rows.indexOf(row) + 1, 0, register(element));
    } else if (!html && there && !isDirty(there) && !field(there, "lock_version").value && !there.element.contains(document.activeElement)) {
      there.element.remove();
      rows.splice(rows.indexOf(there), 1);
    }
  }

  function clean(row) {
    row.element.classList.remove("wrong");
    row.element.querySelectorAll("p.error[role='alert']").forEach(function (line) { line.remove(); });
    row.element.querySelectorAll("[aria-invalid]").forEach(function (control) { control.removeAttribute("aria-invalid"); });
    part(row, "errors").textContent = "";
  }

  function refuse(row, errors, readings) {
    clean(row);
    row.element.classList.add("wrong");
    const words = [];
    Object.keys(errors).forEach(function (name) {
      const control = name ? field(row, name) : null;
      if (control) {
        control.setAttribute("aria-invalid", "true");
        const details = control.closest("details");
        if (details) {
          details.open = true;
        }
      }
      words.push.apply(words, errors[name]);
    });
    if (errors.reason) {
      part(row, "reason").hidden = false;
    }
    paragraphs(part(row, "errors"), words, "error");
    Object.keys(readings).forEach(function (name) {
      readings[name].forEach(function (reading) {
        part(row, "errors").appendChild(button(reading, function () {
          field(row, name).value = reading;
          field(row, name).focus();
          save(row);
        }));
        part(row, "errors").appendChild(document.createTextNode(" "));
      });
    });
  }

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  /** Somebody else's value stands: both are shown, the person chooses. */
  function choose(row, conflict) {
    clean(row);
    row.conflict = true;
    row.element.classList.add("wrong");
    const place = part(row, "errors");
    const answer = field(row, "answer");
    const typed = values(row);
    const given = answer && answer.value ? answer.selectedOptions[0].textContent : "";
    const mine = given || typed.value || typed.cause || (typed.numerator ? typed.numerator + "/" + typed.denominator : "") || typed.note || "—";
    const whose = [conflict.who, conflict.when].filter(Boolean).join(", ");
    const lines = [conflict.message, say.theirs + " " + conflict.value + (whose ? " (" + whose + ")" : "")];
    if (answer || typed.cause) {
      lines.push(say.mine + " " + mine);
    }
    paragraphs(place, lines, "error");
    place.setAttribute("role", "alert");

    function decided(take) {
      row.conflict = false;
      clean(row);
      field(row, "lock_version").value = conflict.lock_version === null ? "" : conflict.lock_version;
      if (take) {
        put(row, conflict.fields);
        row.saved = text(row);
        show(row, "saved", "");
        if (!conflict.may_keep) {
          fields(row).forEach(function (control) { control.disabled = true; });
        } else {
          row.saved = ""; // the answer brings state, light and the other form of what stands
          save(row);
        }
      } else {
        row.saved = "";
        save(row);
      }
    }

    if (conflict.may_keep) {
      place.appendChild(button(say.keep, function () { decided(false); }));
      place.appendChild(document.createTextNode(" "));
    }
    place.appendChild(button(say.take, function () { decided(true); }));
  }

  function again() {
    if (!reachable && queue.length) {
      pump();
    }
  }
  window.addEventListener("online", again);
  window.addEventListener("focus", again);
  window.setInterval(again, AGAIN);

  // Typing

  /** Numerator and denominator of what was copied as one, such as 12/15. */
  function fraction(value) {
    const parts = value.normalize("NFKC").split("/").map(function (one) { return one.trim(); });
    return parts.length === 2 && parts.every(function (one) { return /[0-9]/.test(one); }) ? parts : null;
  }

  /** Put a figure or another answer into a row; the one takes the place of the other. */
  function answerWith(row, name, value) {
    const answer = field(row, "answer");
    if (!answer || AMOUNTS.indexOf(name) < 0) {
      return;
    }
    const kind = MARKS[value.trim()];
    const parts = field(row, "numerator") ? fraction(value) : null;
    if (kind) {
      AMOUNTS.forEach(function (amount) { if (field(row, amount)) { field(row, amount).value = ""; } });
      answer.value = kind;
    } else if (parts) {
      field(row, "numerator").value = parts[0];
      field(row, "denominator").value = parts[1];
      field(row, "value").value = "";
      answer.value = "";
    } else {
      field(row, name).value = value;
      if (value.trim()) {
        answer.value = "";
      }
    }
  }

  // By mouse or finger: one click for what = and / are on the keyboard, where Tab need not stop again.

  rows.forEach(function (row) {
    const answer = field(row, "answer");
    if (!answer) {
      return;
    }
    const group = document.createElement("span");
    group.className = "marks";
    ["=", "/"].forEach(function (mark) {
      const option = Array.from(answer.options).find(function (one) { return one.value === MARKS[mark]; });
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1;
      button.textContent = mark;
      button.title = option.textContent;
      button.setAttribute("aria-label", row.element.querySelector("th a").textContent + ": " + option.textContent);
      button.addEventListener("click", function () {
        row.remembered = row.before;
        answerWith(row, "value", mark);
        save(row);
      });
      group.appendChild(button);
    });
    answer.after(group);
  });

  form.addEventListener("input", function (event) {
    const row = rowOf(event.target);
    if (!row || event.target.name === row.name + "-chosen") {
      return;
    }
    if (event.target.type === "text" && !event.isComposing) {
      typed(row, event.target); // a choice is saved by its change
    }
  });

  function typed(row, control) {
    const name = nameOf(control);
    if (AMOUNTS.indexOf(name) >= 0 && MARKS[control.value.trim()]) {
      row.remembered = row.before;
      answerWith(row, name, control.value);
      save(row);
      return;
    }
    if (AMOUNTS.indexOf(name) >= 0 && control.value.trim()) {
      field(row, "answer").value = "";
    }
    later(row);
  }

  form.addEventListener("compositionend", function (event) {
    const row = rowOf(event.target);
    if (row) {
      typed(row, event.target);
    }
  });

  form.addEventListener("change", function (event) {
    const row = rowOf(event.target);
    if (!row || event.target.name === row.name + "-chosen" || event.target.type === "text") {
      return;
    }
    if (nameOf(event.target) === "typed_as") {
      later(row); // the figure is probably typed next
      return;
    }
    if (nameOf(event.target) === "answer") {
      // The figure makes room for the answer, and comes back when "a figure" is chosen again.
      const now = values(row);
      if (event.target.value && AMOUNTS.some(function (name) { return now[name]; })) {
        row.remembered = now;
      }
      AMOUNTS.forEach(function (name) {
        if (field(row, name)) {
          field(row, name).value = event.target.value ? "" : now[name] || (row.remembered || {})[name] || "";
        }
      });
    }
    save(row);
  });

  form.addEventListener("focusin", function (event) {
    const row = rowOf(event.target);
    if (row) {
      row.before = values(row);
    }
  });

  form.addEventListener("focusout", function (event) {
    const row = rowOf(event.target);
    if (row && event.target.type === "text" && isDirty(row)) {
      window.setTimeout(function () { save(row); }, 0); // when it is known where the focus went
    }
  });

  // Keyboard

  function peer(row, name) {
    const same = field(row, name);
    if (same && same.type === "text" && !same.disabled && same.offsetParent) {
      return same;
    }
    return AMOUNTS.indexOf(name) < 0 ? null : row.element.querySelector(".answer input[type='text']:not(:disabled)");
  }

  function move(row, name, step) {
    for (let at = rows.indexOf(row) + step; at >= 0 && at < rows.length; at += step) {
      const next = peer(rows[at], name);
      if (next) {
        next.focus();
        next.select();
        return;
      }
    }
    save(row);
  }

  form.addEventListener("keydown", function (event) {
    const row = rowOf(event.target);
    // While an input method composes, its keys are its own.
    if (row && event.key === "Enter" && event.target.type !== "text" && event.target.tagName === "INPUT") {
      event.preventDefault(); // else the browser would send the whole form
      return;
    }
    if (!row || event.target.type !== "text" || event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const back = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey);
      move(row, nameOf(event.target), back ? -1 : 1);
    } else if (event.key === "Escape" && row.before) {
      event.preventDefault();
      put(row, row.before);
      event.target.select();
      later(row);
    }
  });

  // Pasting a block

  const dialog = document.getElementById("paste");
  const left = document.getElementById("paste-left");
  let pasted = null;

  /** The cells of a copied block, by line; a cell with line breaks stands in quotation marks. */
  function cells(block) {
    const lines = [[""]];
    let quoted = false;
    for (let at = 0; at < block.length; at += 1) {
      const line = lines[lines.length - 1];
      const sign = block[at];
      if (quoted) {
        if (sign === '"' && block[at + 1] === '"') {
          line[line.length - 1] += sign;
          at += 1;
        } else if (sign === '"') {
          quoted = false;
        } else {
          line[line.length - 1] += sign;
        }
      } else if (sign === '"' && line[line.length - 1] === "") {
        quoted = true;
      } else if (sign === "\t") {
        line.push("");
      } else if (sign === "\n") {
        lines.push([""]);
      } else {
        line[line.length - 1] += sign;
      }
    }
    return lines.map(function (line) { return line.map(function (cell) { return cell.trim(); }); });
  }

  function plain(words) {
    return words.normalize("NFKC").replace(/\s/g, "").toLowerCase();
  }

  /** The indicator that a cell names, by code or name, with or without a number before and a unit behind. */
  function named(cell) {
    const whole = plain(cell);
    const bare = whole.replace(/^\(?[0-9一二三四五六七八九十]+[).、．]/, "").replace(/\([^()]*\)$/, "");
    return Array.from(form.querySelectorAll("tr[data-code]")).find(function (element) {
      const names = [element.dataset.code, element.dataset.name, element.dataset.nameEn].filter(Boolean).map(plain);
      return whole && (names.indexOf(whole) >= 0 || names.indexOf(bare) >= 0);
    });
  }

  /** Whether a cell holds the words of an answer. */
  function isAnswer(element, cell) {
    return Array.from(element.querySelectorAll("select[name$='-answer'] option")).some(function (one) {
      return one.value && plain(one.textContent) === plain(cell);
    });
  }

  function isFigure(cell) {
    return /[0-9]/.test(cell.normalize("NFKC")) || Boolean(MARKS[cell]);
  }

  /** The two columns of numerators and denominators: named in the heading, or both pasted from the numerator on. */
  function fractionColumns(lines, start, columns) {
    const above = lines[0].findIndex(function (cell) { return /分子|numerator/i.test(cell); });
    const below = lines[0].findIndex(function (cell) { return /分母|denominator/i.test(cell); });
    if (above >= 0 && below >= 0) {
      return [above, below];
    }
    return start.name === "numerator" && columns.length === 2 ? columns : null;
  }

  /** Which row takes which cell, and what is left out, with the figures taken from one column. */
  function match(lines, start, column) {
    const taken = [];
    const rest = [];
    const places = lines.map(function (line) {
      return [0, 1].map(function (at) { return at < line.length - 1 ? named(line[at]) : null; }).find(Boolean) || null;
    });
    const byName = places.some(Boolean);
    const columns = [];
    lines.forEach(function (line, at) {
      line.forEach(function (cell, index) {
        const isKey = byName && (!places[at] || index === 0 || named(cell) === places[at]);
        if (isFigure(cell) && !isKey && columns.indexOf(index) < 0) {
          columns.push(index);
        }
      });
    });
    columns.sort(function (one, other) { return one - other; });
    const pair = fractionColumns(lines, start, columns);
    const chosen = columns.indexOf(column) < 0 ? columns[columns.length - 1] : column;
    let next = rows.indexOf(start.row);
    lines.forEach(function (line, at) {
      const words = line.filter(Boolean).join(" ");
      const cell = chosen === undefined ? "" : line[chosen] || "";
      let row = null;
      if (byName) {
        if (!places[at]) {
          if (words) {
            rest.push([words, at === 0 && !line.some(isFigure) ? dialog.dataset.heading : dialog.dataset.unknown]);
          }
          return;
        }
        row = rows.find(function (one) { return one.element === places[at]; });
        if (!row) {
          rest.push([words, dialog.dataset.locked]);
          return;
        }
        if (taken.some(function (item) { return item.row === row; })) {
          rest.push([words, dialog.dataset.twice]);
          return;
        }
      } else {
        if (at === 0 && lines.length > 1 && words && !isFigure(cell) && !isAnswer(start.row.element, cell)) {
          rest.push([words, dialog.dataset.heading]);
          return;
        }
        while (next < rows.length && !field(rows[next], "answer")) {
          next += 1;
        }
        row = rows[next];
        next += 1;
        if (!row) {
          if (words) {
            rest.push([words, dialog.dataset.beyond]);
          }
          return;
        }
      }
      const isRate = Boolean(field(row, "numerator"));
      const isPair = isRate && pair && isFigure(line[pair[0]] || "") && isFigure(line[pair[1]] || "");
      const value = isPair ? line[pair[0]] + "/" + line[pair[1]] : cell;
      if (value) {
        const name = peer(row, start.name) ? nameOf(peer(row, start.name)) : "value";
        taken.push({ row: row, name: name, pasted: value, words: words, boxes: null });
      } else if (words) {
        rest.push([words, dialog.dataset.empty]);
      }
    });
    return { taken: taken, rest: rest, columns: columns, column: chosen };
  }

  /** What a figure is said to be, of the choices of the rows: the month's own or the running total. */
  const forms = Array.from((form.querySelector("select[name$='-typed_as']") || { options: [] }).options);
  const formPicker = dialog.querySelector("[data-part='forms']");
  forms.forEach(function (option) {
    formPicker.querySelector("select").appendChild(new Option(option.textContent, option.value));
  });
  formPicker.hidden = !forms.length;

  /** A heading often says it: a column of running totals must not be taken for the month's figures. */
  function formOf(heading) {
    if (/累计|total/i.test(heading)) {
      return "cumulative";
    }
    return /本月|当月|this month/i.test(heading) ? "month" : "";
  }

  /** What boxes say: an answer in words, a fraction, or a figure with what it is. */
  function shown(row, boxes, as) {
    if (boxes.answer) {
      return Array.from(field(row, "answer").options).find(function (option) { return option.value === boxes.answer; }).textContent;
    }
    if (boxes.numerator && boxes.denominator) {
      return boxes.numerator + "/" + boxes.denominator;
    }
    if (boxes.numerator || boxes.denominator) {
      return boxes.numerator || boxes.denominator;
    }
    const typedAs = field(row, "typed_as");
    const option = typedAs && Array.from(typedAs.options).find(function (one) { return one.value === (as || typedAs.value); });
    return boxes.value && option ? boxes.value + " (" + option.textContent + ")" : boxes.value || "—";
  }

  function list(place, items) {
    const lines = place.querySelector("ul");
    lines.textContent = "";
    items.forEach(function (item) {
      const line = document.createElement("li");
      line.textContent = item[0] + " — " + item[1];
      lines.appendChild(line);
    });
    place.hidden = !items.length;
  }

  /** How the server reads the pasted cells: by the one rule for amounts, before anything is taken. */
  async function reads(items) {
    const body = new URLSearchParams();
    items.forEach(function (item) {
      body.append("row", item.row.name);
      body.append("box", item.name);
      body.append("text", item.pasted);
    });
    try {
      const response = await ask(say.paste, { method: "POST", body: body, headers: { "X-CSRFToken": token() } });
      return response.status === 200 ? (await response.json()).cells : null;
    } catch (error) {
      return null;
    }
  }

  async function preview(column, chosenForm) {
    const found = match(pasted.lines, pasted.start, column);
    const heading = pasted.lines[0][found.column] || "";
    const as = chosenForm === undefined ? formOf(heading) : chosenForm;
    const take = dialog.querySelector("[data-act='take']");
    pasted.found = found;
    pasted.as = as;
    take.disabled = true;
    dialog.querySelector("tbody").textContent = "";
    list(dialog.querySelector("[data-part='left']"), []);
    formPicker.querySelector("select").value = as;
    pickColumn(found);
    const read = found.taken.length ? await reads(found.taken) : [];
    if (!pasted || pasted.found !== found) {
      return; // another column was chosen meanwhile
    }
    if (!read) {
      list(dialog.querySelector("[data-part='left']"), [[found.taken.map(function (item) { return item.words; }).join("; "), say.away]]);
      return;
    }
    found.taken.forEach(function (item, at) {
      item.boxes = read[at].boxes;
      item.readings = read[at].readings;
      item.error = read[at].error;
    });
    found.rest = found.rest.concat(found.taken.filter(function (item) { return !item.boxes && !item.readings.length; }).map(function (item) {
      return [item.words, item.error];
    }));
    found.taken = found.taken.filter(function (item) { return item.boxes || item.readings.length; });
    const body = dialog.querySelector("tbody");
    body.textContent = "";
    found.taken.forEach(function (item) { body.appendChild(previewed(item, as)); });
    list(dialog.querySelector("[data-part='left']"), found.rest);
    take.disabled = !found.taken.length;
  }

  /** A line of the preview. What can mean two things is chosen there, and left out until it is. */
  function previewed(item, as) {
    const line = document.createElement("tr");
    const name = document.createElement("th");
    name.textContent = item.row.element.querySelector("th a").textContent;
    line.appendChild(name);
    const now = document.createElement("td");
    now.className = "num";
    now.textContent = shown(item.row, values(item.row));
    line.appendChild(now);
    const then = document.createElement("td");
    then.className = "num";
    if (item.boxes) {
      const words = shown(item.row, item.boxes, as);
      then.textContent = words;
      if (!item.boxes.answer && plain(words).indexOf(plain(item.pasted)) !== 0) {
        const small = document.createElement("small");
        small.className = "below";
        small.textContent = item.pasted;
        then.appendChild(small);
      }
    } else {
      const select = document.createElement("select");
      select.setAttribute("aria-label", name.textContent);
      select.appendChild(new Option(dialog.dataset.choose, ""));
      item.readings.forEach(function (reading, at) { select.appendChild(new Option(reading.text, at)); });
      select.addEventListener("change", function () {
        item.boxes = select.value ? item.readings[Number(select.value)].boxes : null;
      });
      const why = document.createElement("small");
      why.className = "below missing";
      why.textContent = item.error;
      then.appendChild(select);
      then.appendChild(why);
    }
    line.appendChild(then);
    return line;
  }

  function pickColumn(found) {
    const picker = dialog.querySelector("[data-part='columns']");
    const select = picker.querySelector("select");
    picker.hidden = found.columns.length < 2;
    select.textContent = "";
    found.columns.forEach(function (index) {
      const option = document.createElement("option");
      const heading = pasted.lines[0][index] || "";
      option.value = index;
      option.textContent = heading && !isFigure(heading) ? heading : dialog.dataset.column + " " + (index + 1);
      option.selected = index === found.column;
      select.appendChild(option);
    });
  }

  form.addEventListener("paste", function (event) {
    const row = rowOf(event.target);
    const block = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    if (!row || AMOUNTS.indexOf(nameOf(event.target)) < 0 || !/[\n\t]/.test(block)) {
      return;
    }
    event.preventDefault();
    pasted = { lines: cells(block), start: { row: row, name: nameOf(event.target) }, focus: event.target };
    preview();
    dialog.showModal();
  });

  dialog.querySelector("[data-part='columns'] select").addEventListener("change", function (event) {
    preview(Number(event.target.value));
  });
  formPicker.addEventListener("change", function (event) {
    preview(pasted.found.column, event.target.value);
  });
  dialog.querySelector("[data-act='cancel']").addEventListener("click", function () { dialog.close(); });
  dialog.querySelector("[data-act='take']").addEventListener("click", function () {
    const open = pasted.found.taken.filter(function (item) { return !item.boxes; });
    pasted.found.taken.forEach(function (item) {
      if (!item.boxes) {
        return;
      }
      const isHalfFraction = Boolean(item.boxes.numerator) !== Boolean(item.boxes.denominator);
      // One column, pasted at the numerators: what stands at the denominators stays.
      put(item.row, isHalfFraction ? { answer: "", value: "", [item.name]: item.boxes[item.name] } : item.boxes);
      if (pasted.as && field(item.row, "typed_as") && !item.boxes.answer) {
        field(item.row, "typed_as").value = pasted.as;
      }
      save(item.row);
    });
    list(left, pasted.found.rest.concat(open.map(function (item) { return [item.words, item.error]; })));
    dialog.close();
  });
  dialog.addEventListener("close", function () {
    pasted.focus.focus();
  });

  // Leaving

  let letGo = false;

  /** Save everything first: a form sent to a server that is away, or to the sign-in, would lose what was typed. */
  async function flush() {
    rows.forEach(save);
    if (running || queue.length) {
      await pump();
    }
    const undecided = rows.find(function (row) { return row.conflict; });
    if (undecided) {
      part(undecided, "errors").querySelector("button").focus();
    }
    return reachable && !undecided;
  }

  form.addEventListener("submit", function (event) {
    const open = rows.some(function (row) { return row.conflict || isDirty(row); });
    if (letGo || (!open && !running && !queue.length)) {
      letGo = true;
      return;
    }
    event.preventDefault();
    const pressed = event.submitter;
    flush().then(function (ready) {
      if (ready) {
        letGo = true;
        form.requestSubmit(pressed);
      }
    });
  });

  window.addEventListener("beforeunload", function (event) {
    if (!letGo && rows.some(isDirty)) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  document.getElementById("entering-hint").hidden = false;
})();
