// Tests the web page of the exporter in a headless Chromium, with a scripted exporter: what is shown in
// each state, three widths in both colour schemes (checked with axe-core), the keyboard, and texts that
// try to inject markup. Run it with tests/page/run.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Browser, findBrowser } from "./browser.mjs";
import { serve } from "./scripted_exporter.mjs";

const path = findBrowser();
const skip = path ? false : "no chromium";
const pictures = process.env.OUSAGE_PAGE_PICTURES;
const busy = JSON.parse(readFileSync(new URL("../data/page/busy.json", import.meta.url)));
const copy = (value) => JSON.parse(JSON.stringify(value));

const axeFile = process.env.OUSAGE_AXE;
const axe = axeFile && existsSync(axeFile) ? readFileSync(axeFile, "utf8") : "";

let browser;
let exporter;
let respond = () => [200, busy];

before(async () => {
    if (path) {
        browser = await Browser.start(path);
        exporter = await serve("/prefix", (account) => respond(account));
    }
});

after(async () => {
    exporter?.stop();
    await browser?.stop();
});

// Opens the page with responses to /view, and waits until it shows a state.
async function open(view, state, { width = 1440, dark = false } = {}) {
    respond = view;
    await browser.show({ width, dark });
    await browser.open(exporter.url);
    await browser.until(`document.body.dataset.state === "${state}"`);
}

const text = (selector) => browser.evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`);
const card = (title) => text(`section[aria-label="${title}"]`);

async function picture(name) {
    if (pictures) {
        mkdirSync(pictures, { recursive: true });
        writeFileSync(join(pictures, `${name}.png`), await browser.picture());
    }
}

// axe-core reports nothing, the page is not wider than the window, and nothing was blocked or thrown.
async function check(name, { problems = [] } = {}) {
    await picture(name);
    const width = await browser.evaluate("document.documentElement.scrollWidth - innerWidth");
    assert.ok(width <= 0, `${name}: the page is ${width} px too wide`);
    assert.deepEqual(browser.problems.filter((one) => !problems.some((known) => one.includes(known))), [], name);
    if (axe) {
        await browser.send("Runtime.evaluate", { expression: axe, allowUnsafeEvalBlockedByCSP: true });
        const found = await browser.evaluate(`axe.run().then(({ violations }) => violations.map((one) =>
            one.id + ": " + one.nodes.map((node) => node.html + " " + node.failureSummary).join("; ")))`);
        assert.deepEqual(found, [], name);
    }
}

test("a busy server, three widths, both schemes", { skip }, async () => {
    for (const width of [360, 768, 1440]) {
        for (const dark of [false, true]) {
            await open(() => [200, busy], "up", { width, dark });
            const columns = await browser.evaluate(
                "new Set([...document.querySelectorAll('.card')].map((one) => one.offsetLeft)).size");
            assert.equal(columns, width <= 640 ? 1 : width <= 1100 ? 2 : 3);
            await check(`busy-${width}-${dark ? "dark" : "light"}`);
        }
    }
});

test("texts are those of the view, in the order of the sections", { skip }, async () => {
    await open(() => [200, busy], "up");
    assert.deepEqual(
        await browser.evaluate("[...document.querySelectorAll('main section')].map((one) => one.getAttribute('aria-label'))"),
        ["Loaded", "GPU", "Tokens", "Requests", "Quota", "Sources", "History", "Models"]);
    assert.equal(await text("h1"), "Ollama 0.33.1");
    assert.equal(await text("#status"), "up, 12 ms");
    assert.match(await card("Loaded"), /qwen3:32b[^]*14\.2 GiB[^]*! 68 % GPU[^]*in 27 min/);
    assert.match(await card("Loaded"), /12\.8 of 24\.0 GiB/);
    assert.match(await card("Tokens"), /out 86\.3k at 41\.2 tok\/s/);
    assert.match(await card("Requests"), /qwen3:32b: 2 running/);
    assert.match(await card("Quota"), /! 91 %[^]*resets in 3 d/);
    assert.match(await card("Sources"), /balance: HTTP status 500/);
    assert.equal(await browser.evaluate(
        `document.querySelector('section[aria-label=Requests] tbody tr td:nth-of-type(1)').innerText`), "184");
});

test("the chart is used with the pointer and the keyboard", { skip }, async () => {
    await open(() => [200, busy], "up");
    const now = "document.querySelector('[role=slider]').getAttribute('aria-valuetext')";
    assert.equal(await browser.evaluate(now), "2026-11-20: requests 184");
    await browser.evaluate("document.querySelector('[role=slider]').focus()");
    await browser.key("ArrowLeft");
    assert.equal(await browser.evaluate(now), "2026-11-19: requests 9");
    assert.match(await card("History"), /11-19\s+requests 9/);
    const box = await browser.evaluate(`(() => {
        const plot = document.querySelector("[role=slider]");
        plot.scrollIntoView();
        const { x, y, width, height } = plot.getBoundingClientRect();
        return { x, y, width, height };
    })()`);
    await browser.pointer(box.x + box.width * 4.5 / 7, box.y + box.height / 2);
    await browser.until(`${now} === "2026-11-18: requests 38"`);
    const rows = await browser.evaluate(
        "[...document.querySelector('.unseen table').rows].map((row) => row.textContent)");
    assert.deepEqual(rows, ["Dayrequests", "2026-11-1838", "2026-11-199", "2026-11-20184"]);
});

// Stored sums of 28 days, of which the log covers the last four.
test("the charts show stored days and mark them", { skip }, async () => {
    const stored = copy(busy);
    const values = Array.from({ length: 28 }, (_, day) => 20 + (day * 37) % 160);
    const row = (label, factor) => ({ label, values: values.map((one) => Math.round(one * factor)), first: "10-24",
        last: "11-20", maximum: { text: "1" }, yesterday: { text: "1" }, week: { text: "7" } });
    stored.view.history.rows = [row("requests", 1), row("errors", 0.2), row("output tokens", 30), row("input tokens", 90)];
    stored.history = { from: "from the log since 11-17, stored before", log_since: "2026-11-17" };
    await open(() => [200, stored], "up", { width: 768 });
    assert.match(await card("History"), /^History\s+from the log since 11-17, stored before/);
    const plots = "document.querySelectorAll('[role=slider]')";
    assert.equal(await browser.evaluate(`${plots}.length`), 2);
    assert.equal(await browser.evaluate(`${plots}[0].querySelectorAll('.s0').length`), 28);
    assert.equal(await browser.evaluate(`${plots}[0].querySelectorAll('polyline').length`), 2);
    assert.equal(await browser.evaluate(`${plots}[1].querySelectorAll('.s1').length`), 28);
    const now = `${plots}[0].getAttribute('aria-valuetext')`;
    assert.equal(await browser.evaluate(now), `2026-11-20: requests ${values[27]}, errors ${Math.round(values[27] / 5)}`);
    const shown = `getComputedStyle(${plots}[0].querySelector('.tip')).display`;
    assert.equal(await browser.evaluate(shown), "none");
    await browser.evaluate(`${plots}[0].focus()`);
    await browser.key("Home");
    assert.equal(await browser.evaluate(now), `2026-10-24: requests 20, errors 4, stored`);
    assert.equal(await browser.evaluate(shown), "block");
    assert.equal(await browser.evaluate(`${plots}[0].querySelector('.tip').innerText`),
        "2026-10-24\nrequests 20\nerrors 4\nstored");
    for (const key of ["Home", "End"]) {
        await browser.key(key);
        const inside = await browser.evaluate(`(() => {
            const box = ${plots}[0].querySelector(".tip").getBoundingClientRect();
            return box.left >= 0 && box.right <= innerWidth;
        })()`);
        assert.ok(inside, key);
    }
    await check("stored-768");
    await open(() => [200, stored], "up", { width: 360, dark: true });
    await check("stored-360-dark");
    stored.history = { from: "stored", log_since: "" };
    await open(() => [200, stored], "up");
    assert.match(await browser.evaluate(now), /, stored$/);
    await check("stored-1440");
});

test("the age counts up and becomes stale after three missed updates", { skip }, async () => {
    const fresh = { ...copy(busy), interval_seconds: 1, age_seconds: 0 };
    let isDown = false;
    await open(() => isDown ? [503, {}] : [200, fresh], "up");
    isDown = true;
    await browser.until("/^[1-3] s ago/.test(document.getElementById('age').textContent)");
    await browser.until("document.body.dataset.state === 'stale'");
    assert.match(await text("#banner"), /Stale: the last update was \d s ago\. No data from the exporter: HTTP status 503/);
    assert.match(await card("Loaded"), /qwen3:32b/);
    assert.equal(await text("#status"), "stale");
    await check("stale", { problems: ["503"] });
    isDown = false;
    await browser.until("document.body.dataset.state === 'up'");
    assert.equal(await text("#banner"), "");
});

test("a server that is down is shown with the last data", { skip }, async () => {
    const down = copy(busy);
    down.view.header.state = "down";
    down.view.header.status = {};
    down.view.header.sentence = { text: "Ollama at 127.0.0.1:11434 is down: connection refused (since 15:58)", severity: "warning" };
    await open(() => [200, down], "down");
    assert.equal(await text("#banner"), "! Ollama at 127.0.0.1:11434 is down: connection refused (since 15:58)");
    await check("down-light");
    await open(() => [200, down], "down", { dark: true, width: 360 });
    await check("down-dark-360");
});

test("loading, empty and forbidden", { skip }, async () => {
    const first = { ...copy(busy) };
    delete first.view;
    delete first.age_seconds;
    await open(() => [200, first], "loading");
    await browser.until("document.getElementById('banner').textContent !== ''");
    assert.equal(await text("#banner"), "The first poll is in progress");
    await check("loading");
    const empty = copy(first);
    empty.age_seconds = 1;
    empty.view = { header: { state: "none", title: "Ollama Cloud", status: { text: "no data", severity: "warning" } },
        sources: { rows: [{ name: "log", result: { text: "absent" }, reason: "no log" }] } };
    await open(() => [200, empty], "empty");
    assert.match(await text("#banner"), /^Nothing to show yet: start Ollama/);
    await check("empty");
    await open(() => [401, {}], "forbidden", { width: 360 });
    assert.match(await text("#banner"), /^Login needed/);
    assert.equal(await browser.evaluate("document.querySelector('main').offsetHeight"), 0);
    await check("forbidden", { problems: ["401"] });
});

// The exporter leaves out sections and lists without data.
test("sections without data are left out", { skip }, async () => {
    const idle = copy(busy);
    idle.view = { header: busy.view.header, loaded: { nothing: "Nothing loaded; last request 2 h ago" },
        requests: { from: "" }, sources: busy.view.sources };
    await open(() => [200, idle], "up", { width: 768 });
    assert.match(await card("Loaded"), /^Loaded\s+Nothing loaded; last request 2 h ago$/);
    assert.deepEqual(
        await browser.evaluate("[...document.querySelectorAll('main section')].map((one) => one.ariaLabel)"),
        ["Loaded", "Sources"]);
    await check("idle");
});

test("several GPUs and long names", { skip }, async () => {
    const many = copy(busy);
    const [gpu] = many.view.gpu.rows;
    many.view.gpu.rows = ["0 RTX 4090", "1 RTX 4090", "2 NVIDIA RTX 6000 Ada Generation MIG 3g.24gb"].map((name) =>
        ({ ...gpu, name }));
    many.view.loaded.rows[0].name = "hf.co/bartowski/DeepSeek-R1-Distill-Qwen-32B-abliterated-GGUF:Q4_K_M";
    many.view.loaded.vram.text = "a very long note ".repeat(20);
    for (const width of [360, 768, 1440]) {
        await open(() => [200, many], "up", { width });
        assert.equal(await browser.evaluate("document.querySelectorAll('section[aria-label=GPU] .bar').length"), 3);
        assert.match(await card("Loaded"), /DeepSeek-R1-Distill-Qwen-32B-abliterated-GGUF/);
        const lines = await browser.evaluate(
            "document.querySelector('h2').offsetHeight / parseFloat(getComputedStyle(document.querySelector('h2')).lineHeight)");
        assert.ok(lines < 1.5, `the title has ${lines} lines`);
        await check(`gpus-${width}`);
    }
    await open(() => [200, busy], "up", { width: 360 });
    assert.equal(await browser.evaluate("document.querySelectorAll('section[aria-label=Loaded] wbr').length"), 2);
});

test("several accounts are tabs", { skip }, async () => {
    const view = (account) => {
        const page = copy(busy);
        page.account = account ?? "desk";
        page.accounts = [
            { id: "desk", key: "desk", state: "up", severity: "warning", is_polled: true },
            { id: "nas & co", key: "nas & co", state: "down", severity: "warning", is_polled: true },
            { id: "new", key: "new", state: "none", severity: "ok", is_polled: false },
        ];
        page.view.header.account = page.account;
        return account === "gone" ? [404, {}] : [200, page];
    };
    await open(view, "up", { width: 768 });
    assert.deepEqual(await browser.evaluate("[...document.querySelectorAll('nav a')].map((one) => one.textContent)"),
        ["! desk, needs attention", "× nas & co, down", "○ new, not polled yet"]);
    await browser.evaluate("document.querySelectorAll('nav a')[1].click()");
    await browser.until("document.querySelector('[aria-current]').textContent.includes('nas & co')");
    assert.equal(await browser.evaluate("location.search"), "?account=nas%20%26%20co");
    assert.ok(exporter.paths.includes("/prefix/view?account=nas%20%26%20co"));
    await check("accounts-768");
});

test("all requests are below the prefix", { skip }, async () => {
    await open(() => [200, busy], "up");
    assert.deepEqual(exporter.paths.filter((one) => !one.startsWith("/prefix/")), []);
    assert.deepEqual(await browser.evaluate("[...document.querySelectorAll('footer a')].map((one) => new URL(one.href).pathname)"),
        ["/prefix/metrics", "/prefix/snapshot"]);
});

test("no text is parsed as markup", { skip }, async () => {
    const attack = (index) => `<img src=x onerror="alert(${index})"><script>alert(${index})</script>"'&lt;b&gt; javascript:alert(1) ${"w".repeat(80)}`;
    let count = 0;
    const planted = (value, key) => {
        if (typeof value === "string" && !["severity", "state", "date", "first", "last", "metrics_path"].includes(key)) {
            return attack(count++);
        }
        if (value && typeof value === "object") {
            for (const name of Object.keys(value)) {
                value[name] = planted(value[name], name);
            }
        }
        return value;
    };
    const page = planted(copy(busy), "");
    page.accounts.push({ ...page.accounts[0], id: attack(998), key: attack(999) });
    assert.ok(count > 100);
    for (const width of [360, 1440]) {
        await open(() => [200, page], "up", { width });
        assert.equal(await browser.evaluate("document.querySelectorAll('img, script:not([src]), b, iframe').length"), 0);
        assert.match(await card("Loaded"), /<img src=x onerror=/);
        await check(`injection-${width}`);
    }
});
