// The dashboard. Requests `view` (JSON) after each poll of the exporter and renders it. All texts are
// set as text, never parsed as HTML: names and errors come from servers and logs.
"use strict";

(() => {
    const byId = (id) => document.getElementById(id);
    const body = document.body;
    const main = byId("cards");

    // Returns an element with a class and children, which are elements, texts or empty.
    function make(tag, className, ...children) {
        const element = document.createElement(tag);
        if (className) {
            element.className = className;
        }
        element.append(...children.filter((child) => child !== "" && child != null));
        return element;
    }

    // Returns the text of a field with its marks: `!` attention, `~` estimate, `?` age of a stale value.
    function textOf(field) {
        if (!field || !field.text) {
            return "";
        }
        return (field.severity === "warning" ? "! " : "") + (field.estimated ? "~" : "") + field.text +
            (field.age ? " ?" + field.age : "");
    }

    // Returns the name of a model, which may break after its separators.
    function nameOf(text) {
        const parts = (text || "").split(/(?<=[/:])/).flatMap((part) => [part, document.createElement("wbr")]);
        return make("span", "", ...parts.slice(0, -1));
    }

    function value(field, className = "") {
        const text = textOf(field);
        const severity = field && field.severity !== "ok" ? field.severity : "";
        return text && make("span", [className, severity].filter(Boolean).join(" "), text);
    }

    // Returns a bar whose length is a share of 0 to 1; the rest is hatched if it is on the CPU.
    function bar(share, { severity = "", cpu = false } = {}) {
        const element = make("div", "bar");
        const part = make("i", { warning: "high", notice: "soon" }[severity] || "");
        part.style.width = Math.round(Math.min(Math.max(share, 0), 1) * 1000) / 10 + "%";
        element.append(part);
        if (cpu && share < 1) {
            element.append(make("i", "cpu"));
        }
        element.setAttribute("aria-hidden", "true");
        return element;
    }

    function head(title, note) {
        return make("div", "head", make("h2", "", title), note && make("span", "", note));
    }

    function cell(tag, content, className, scope) {
        const element = make(tag, className, content);
        if (scope) {
            element.scope = scope;
        }
        return element;
    }

    // Returns a table. A column is [title, content of a row, class]; the first one is the row's header.
    function table(columns, rows) {
        const used = columns.filter(([, content], index) => index === 0 || rows.some((row) => content(row)));
        const titles = used.map(([title, , className]) => cell("th", title, className, "col"));
        const lines = rows.map((row) => make("tr", "", ...used.map(([, content, className], index) =>
            cell(index ? "td" : "th", content(row), className, index ? "" : "row"))));
        return make("table", "", make("thead", "", make("tr", "", ...titles)), make("tbody", "", ...lines));
    }

    const list = (rows) => make("ul", "", ...rows.map((row) => make("li", "", ...row)));
    // Each child is an element, so that texts are apart.
    const pair = (...children) => make("div", "pair", ...children.filter(Boolean).map((child) =>
        typeof child === "string" ? make("span", "", child) : child));

    function loaded({ loaded: section }) {
        const rows = section.rows;
        if (!rows.length) {
            return section.nothing && [head("Loaded"), make("p", "", section.nothing)];
        }
        const memory = (row) => {
            const texts = pair(value(row.size), value(row.processor));
            const has = row.gpu_share != null;
            return make("div", "", has ? bar(row.gpu_share, { cpu: true }) : "", texts);
        };
        const vram = textOf(section.vram);
        return [head("Loaded", vram && "VRAM " + vram), table([
            ["Model", (row) => nameOf(row.name)],
            ["VRAM", memory, "memory"],
            ["Context", (row) => row.context, "short spare"],
            ["Unloads", (row) => row.expires, "short"],
        ], rows)];
    }

    function gpu({ gpu: section }) {
        const rows = section.rows;
        return rows.length && [head("GPU"), list(rows.map((row) => [
            pair(row.name, value(row.utilization)),
            row.busy == null ? "" : bar(row.busy),
            pair(value(row.memory), value(row.power), value(row.temperature),
                row.used_by && make("span", "dim", "used by " + row.used_by)),
        ]))];
    }

    function tokens({ tokens: section }) {
        const rows = section.rows;
        return rows.length && [head("Tokens"), list(rows.map((row) => [
            make("div", "dim", row.label),
            make("div", "values", ...row.values.map((field, index) => value(field, index ? "" : "big"))),
        ]))];
    }

    // Windows are columns: a phone has room for four of them.
    function requests({ requests: section }) {
        const rows = section.rows;
        const running = section.running || [];
        if (!rows.length && !running.length) {
            return null;
        }
        const lines = [
            ["requests", "all"], ["chat", "chat", 1], ["generate", "generate", 1], ["embed", "embed", 1],
            ["4xx", "http_4xx"], ["5xx", "http_5xx"], ["p50", "p50"], ["p95", "p95"], ["p99", "p99"],
        ].filter(([, key]) => rows.some((row) => textOf(row[key])));
        const titles = [make("td"), ...rows.map((row) => cell("th", row.window, "short", "col"))];
        const content = lines.map(([label, key, isDetail]) => make("tr", isDetail ? "detail" : "",
            cell("th", label, "", "row"), ...rows.map((row) => cell("td", value(row[key]), "short"))));
        return [
            head("Requests", section.from), ...running.map((field) => make("p", "", value(field))),
            rows.length ? make("table", "", make("thead", "", make("tr", "", ...titles)),
                make("tbody", "", ...content)) : "",
        ];
    }

    function quota({ quota: section }) {
        const rows = section.rows;
        return rows.length && [head("Quota", section.plan), list(rows.map((row) => [
            pair(row.label, value(row.used), row.amount),
            row.share == null ? "" : bar(row.share, row.used),
            row.resets && make("div", "dim", row.resets),
        ]))];
    }

    function sources({ sources: section }) {
        const rows = section.rows;
        return rows.length && [head("Sources"), list(rows.map((row) => [
            pair(row.name, value(row.result)), row.reason && make("div", "dim", row.reason),
        ]))];
    }

    function models({ models: section }) {
        const rows = section.rows;
        return rows.length && [head("Models", section.storage && section.storage + " on disk"), table([
            ["Model", (row) => nameOf(row.name)],
            ["Size", (row) => value(row.size), "short"],
            ["Parameters", (row) => row.parameters, "short spare"],
            ["Quantization", (row) => row.quantization, "short spare"],
            ["Context", (row) => row.context, "short"],
            ["Capabilities", (row) => row.capabilities, "spare"],
            ["Modified", (row) => row.modified, "short spare"],
        ], rows), section.more && make("p", "dim", section.more)];
    }

    // Each chart stacks those of its series that exist, else shows the single one.
    const charts = [
        { title: "Requests", stack: ["chat", "generate", "embed"], single: "requests", line: "errors" },
        { title: "Tokens", stack: ["output tokens", "input tokens"], single: "app tokens" },
    ];

    // Returns the dates of `count` days whose last one is `last` (MM-DD).
    function dates(count, last, today) {
        const year = Number(today.slice(0, 4)) - (last > today.slice(5) ? 1 : 0);
        const end = Date.parse(`${year}-${last}T00:00:00Z`);
        return Array.from({ length: count }, (_, index) =>
            new Date(end - (count - 1 - index) * 864e5).toISOString().slice(0, 10));
    }

    // Formats as the view does: `9999`, `12.3k`, `1.2M`.
    function countText(count) {
        for (const [size, unit] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
            if (count > 9999 && count >= size) {
                const scaled = count / size;
                return scaled.toFixed(scaled < 99.95 ? 1 : 0) + unit;
            }
        }
        return String(count);
    }

    function svg(tag, attributes) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
        for (const [name, text] of Object.entries(attributes)) {
            element.setAttribute(name, text);
        }
        return element;
    }

    const chosen = new Map(); // the selected day of each chart, as its distance from today

    // Returns a chart: SVG bars, the values of the selected day below it and as a tooltip, and a table
    // for screen readers. It is a slider over the days for the keyboard. `from` returns where the values
    // of a day come from.
    function chart(title, series, line, today, from) {
        const count = Math.max(...series.map((row) => row.values.length));
        const days = dates(count, series[0].last, today);
        const at = (row, day) => row.values[day - count + row.values.length] || 0;
        const total = (day) => series.reduce((sum, row) => sum + at(row, day), 0);
        const most = Math.max(1, ...days.map((_, day) => total(day)));
        const width = 100 / Math.max(count, 7);
        const left = 100 - count * width; // today is at the right edge
        const picture = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
        const backs = days.map((_, day) => {
            const back = svg("rect", { class: "back", x: left + day * width, y: 0, width, height: 100 });
            picture.append(back);
            let top = 100;
            series.forEach((row, index) => {
                const height = at(row, day) / most * 100;
                top -= height;
                if (height > 0) {
                    picture.append(svg("rect", {
                        class: "s" + index, x: left + day * width + width * 0.12, y: top, width: width * 0.76, height,
                    }));
                }
            });
            return back;
        });
        picture.append(svg("line", { class: "base", x1: 0, x2: 100, y1: 100, y2: 100 }));
        if (line) {
            const points = days.map((_, day) => `${left + (day + 0.5) * width},${100 - at(line, day) / most * 100}`);
            for (const name of ["errors edge", "errors"]) { // an edge, so that it differs from the bars
                picture.append(svg("polyline", { class: name, points: points.join(" ") }));
            }
        }
        const all = line ? [...series, line] : series;
        const mark = (row) => row.maximum && row.maximum.estimated ? "~" : "";
        const reading = make("div", "reading values");
        const tip = make("div", "tip");
        tip.setAttribute("aria-hidden", "true");
        const plot = make("div", "plot", picture, tip);
        plot.tabIndex = 0;
        plot.setAttribute("role", "slider");
        plot.setAttribute("aria-label", title + " by day");
        plot.setAttribute("aria-valuemin", "1");
        plot.setAttribute("aria-valuemax", String(count));
        const select = (day) => {
            const index = Math.min(Math.max(day, 0), count - 1);
            chosen.set(title, count - 1 - index);
            backs.forEach((back, other) => back.classList.toggle("on", other === index));
            const texts = all.map((row) => `${row.label} ${mark(row)}${countText(at(row, index))}`);
            const origin = from(days[index]);
            const keys = () => texts.map((text, key) => make("span", `key k${all[key] === line ? 9 : key}`, text));
            const parts = () => [...keys(), ...(origin ? [make("span", "dim", origin)] : [])];
            reading.replaceChildren(make("span", "dim", days[index].slice(5)), ...parts());
            tip.replaceChildren(make("span", "dim", days[index]), ...parts());
            const middle = left + (index + 0.5) * width;
            tip.style.left = middle < 50 ? `${middle}%` : "auto";
            tip.style.right = middle < 50 ? "auto" : `${100 - middle}%`;
            plot.setAttribute("aria-valuenow", String(index + 1));
            plot.setAttribute("aria-valuetext", `${days[index]}: ${[...texts, origin].filter(Boolean).join(", ")}`);
        };
        const selected = () => count - 1 - chosen.get(title);
        plot.addEventListener("keydown", (event) => {
            const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -count, End: count };
            if (event.key in moves) {
                event.preventDefault();
                select(selected() + moves[event.key]);
            }
        });
        const point = (event) => {
            const box = picture.getBoundingClientRect();
            select(Math.floor(((event.clientX - box.left) / box.width * 100 - left) / width));
        };
        plot.addEventListener("pointermove", point);
        plot.addEventListener("pointerdown", point);
        select(count - 1 - (chosen.get(title) || 0));
        const rows = days.map((day, index) => ({ day, index }));
        const hidden = table([["Day", (row) => row.day], ...all.map((row) =>
            [row.label, ({ index }) => mark(row) + at(row, index)])], rows);
        hidden.prepend(make("caption", "", title + " by day"));
        const axis = make("div", "axis", make("span", "", days[0].slice(5)),
            count > 1 ? make("span", "", days[count - 1].slice(5)) : "");
        axis.style.marginInlineStart = left + "%";
        const shown = all.some((row) => mark(row)) ? "~" : "";
        return make("div", "", pair(make("h3", "", title), make("span", "dim", `max ${shown}${countText(most)}`)),
            plot, axis, reading, make("div", "unseen", hidden));
    }

    function history({ history: section, header }) {
        const rows = section.rows;
        const named = (label) => rows.find((row) => row.label === label);
        const from = (day) => !section.from ? "" : section.log_since && day >= section.log_since ? "" : "stored";
        const drawn = charts.map(({ title, stack, single, line }) => {
            const parts = stack.map(named).filter(Boolean);
            const series = parts.length ? parts : [named(single)].filter(Boolean);
            return series.length ? chart(title, series, line && named(line), header.date, from) : null;
        }).filter(Boolean);
        if (!drawn.length) {
            return null;
        }
        return [head("History", section.from), make("div", "holder charts", ...drawn), table([
            ["By day", (row) => row.label],
            ["yesterday", (row) => value(row.yesterday), "short"],
            ["7 d", (row) => value(row.week), "short"],
        ], rows)];
    }

    // In the order in which people look for them.
    const sections = [
        ["Loaded", loaded, "wide"], ["GPU", gpu, ""], ["Tokens", tokens, ""], ["Requests", requests, ""],
        ["Quota", quota, ""], ["Sources", sources, "sources"], ["History", history, "broad"],
        ["Models", models, "wide full"],
    ];
    const cards = new Map(); // by title: the element and the data that it shows

    // Replaces the cards whose data changed. The focus stays on a chart.
    function renderCards(view) {
        main.querySelectorAll(".skeleton").forEach((card) => card.remove());
        const elements = [];
        for (const [title, render, className] of sections) {
            const key = JSON.stringify([view[title.toLowerCase()], title === "History" && view.header.date]);
            let card = cards.get(title);
            if (!card || card.key !== key) {
                const content = render(view);
                const focused = document.activeElement && document.activeElement.getAttribute("aria-label");
                const element = content ? make("section", ("card " + className).trim(), ...content) : null;
                if (element) {
                    element.setAttribute("aria-label", title);
                }
                const hadFocus = card && card.element && card.element.contains(document.activeElement);
                if (card && card.element && element) {
                    card.element.replaceWith(element);
                } else if (card && card.element) {
                    card.element.remove();
                }
                if (hadFocus && element && focused) {
                    const same = [...element.querySelectorAll("[tabindex]")].find((one) =>
                        one.getAttribute("aria-label") === focused);
                    if (same) {
                        same.focus();
                    }
                }
                card = { element, key };
                cards.set(title, card);
            }
            if (card.element) {
                elements.push(card.element);
            }
        }
        elements.forEach((element, index) => {
            if (main.children[index] !== element) {
                main.insertBefore(element, main.children[index] || null);
            }
        });
        return elements.length;
    }

    let account = new URLSearchParams(location.search).get("account");
    let page = null; // the last response
    let received = 0; // when it was
    let failures = 0; // requests in a row that failed
    let problem = ""; // of the last request
    let forbidden = false;
    let timer = 0;

    const queryOf = (key) => key == null ? "" : "?account=" + encodeURIComponent(key);

    function renderAccounts() {
        const accounts = page.accounts;
        const nav = byId("accounts");
        nav.hidden = accounts.length < 2;
        const key = JSON.stringify([accounts, page.account]);
        if (nav.hidden || nav.dataset.key === key) {
            return;
        }
        const index = [...nav.children].indexOf(document.activeElement);
        nav.dataset.key = key;
        nav.replaceChildren(...accounts.map((entry) => {
            const state = !entry.is_polled ? ["○", "dim", "not polled yet"]
                : entry.state === "down" || entry.state === "forbidden" ? ["×", "warning", entry.state]
                    : entry.severity === "warning" ? ["!", "warning", "needs attention"] : ["●", "ok", "ok"];
            const mark = make("span", state[1], state[0]);
            mark.setAttribute("aria-hidden", "true");
            const link = make("a", "", mark, " ", entry.id, make("span", "unseen", ", " + state[2]));
            link.href = queryOf(entry.key);
            if (entry.key === page.account) {
                link.setAttribute("aria-current", "page");
            }
            link.addEventListener("click", (event) => {
                if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
                    event.preventDefault();
                    window.history.replaceState(null, "", queryOf(entry.key));
                    account = entry.key;
                    update();
                }
            });
            return link;
        }));
        if (index >= 0 && nav.children[index]) {
            nav.children[index].focus();
        }
    }

    function ageText(seconds) {
        for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"]]) {
            if (seconds >= size) {
                return Math.floor(seconds / size) + " " + unit;
            }
        }
        return Math.floor(seconds) + " s";
    }

    const setText = (id, text) => {
        if (byId(id).textContent !== text) {
            byId(id).textContent = text;
        }
    };

    // Shows state and age. Called each second, and after each response.
    function renderState(now = Date.now()) {
        const view = page && page.view;
        const header = view ? view.header : {};
        const age = page && page.age_seconds != null ? page.age_seconds + (now - received) / 1000 : null;
        const isStale = age != null && age > 3 * page.interval_seconds + 1;
        const isEmpty = view && !["loaded", "gpu", "tokens", "requests", "quota", "history", "models"].some((name) =>
            view[name].rows.length || view[name].nothing);
        const unreachable = failures > 0 ? `No data from the exporter: ${problem}` : "";
        let state = "up";
        let text = unreachable;
        if (forbidden) {
            state = "forbidden";
            text = "Login needed: reload the page and log in";
        } else if (!view) {
            state = "loading";
            text = text || (page ? "The first poll is in progress" : "");
        } else if (isStale) {
            state = "stale";
            text = `Stale: the last update was ${ageText(age)} ago` + (unreachable ? `. ${unreachable}` : "");
        } else if (header.state === "down" || header.state === "forbidden") {
            state = header.state;
            text = textOf(header.sentence);
        } else if (isEmpty) {
            state = "empty";
            text = "Nothing to show yet: start Ollama, or name its address with --ollama-host";
        }
        body.dataset.state = state;
        setText("banner", text);
        setText("title", header.title || "Ollama");
        setText("server", header.server || "");
        const shown = view && state !== "stale" && textOf(header.status);
        setText("status", shown || (state === "up" ? "" : state));
        setText("age", age == null ? "" : `${ageText(age)} ago` + (header.interval ? `, ${header.interval}` : ""));
        const mark = { down: "× ", forbidden: "× ", stale: "? " }[state] || "";
        const title = mark + (header.account ? header.account + ": " : "") + (header.title || "Ollama");
        if (document.title !== title) {
            document.title = title;
        }
    }

    function render() {
        renderAccounts();
        setText("version", "ousage-exporter " + (page.version || ""));
        byId("metrics").href = (page.metrics_path || "/metrics").slice(1);
        byId("snapshot").href = "snapshot" + queryOf(page.accounts.length > 1 ? page.account : null);
        if (page.view) {
            renderCards(page.view);
        }
    }

    // The next request is due when the exporter has polled again. Failures double the time, to a minute.
    function delay() {
        const interval = page ? page.interval_seconds : 2;
        if (failures > 0 || !page || page.age_seconds == null) {
            return Math.min(2 ** Math.min(failures, 6), 60);
        }
        return Math.min(Math.max(interval - page.age_seconds + 0.5, 1), 60);
    }

    // Empty lists and sections are left out of the response.
    function complete(next) {
        next.accounts = next.accounts || [];
        if (next.view) {
            next.view.history = { ...next.view.history, ...next.history };
            sections.forEach(([title]) => {
                const section = next.view[title.toLowerCase()] ||= {};
                section.rows = section.rows || [];
            });
            next.view.tokens.rows.forEach((row) => {
                row.values = row.values || [];
            });
        }
        return next;
    }

    let controller = null;

    async function update() {
        clearTimeout(timer);
        if (controller) {
            controller.abort();
        }
        const own = controller = new AbortController();
        const limit = setTimeout(() => own.abort(), 15000);
        try {
            const response = await fetch("view" + queryOf(account), { cache: "no-store", signal: own.signal });
            if (response.status === 404 && account != null) {
                account = null; // it was removed from the configuration
            }
            forbidden = response.status === 401 || response.status === 403;
            if (!response.ok) {
                throw new Error("HTTP status " + response.status);
            }
            const next = await response.json();
            if (own !== controller) {
                return;
            }
            page = complete(next);
            received = Date.now();
            failures = 0;
        } catch (error) {
            if (own !== controller) {
                return; // replaced by a newer request
            }
            failures += 1;
            problem = error.name === "AbortError" ? "no response within 15 s"
                : error.name === "TypeError" ? "no connection" : error.message;
        } finally {
            clearTimeout(limit);
            if (own === controller) {
                controller = null;
                if (!document.hidden) {
                    timer = setTimeout(update, delay() * 1000);
                }
                renderState();
                if (page && failures === 0) {
                    render();
                }
            }
        }
    }

    setInterval(renderState, 1000);
    document.addEventListener("visibilitychange", () => {
        if (document.hidden) {
            clearTimeout(timer);
        } else {
            update();
        }
    });
    update();
})();
