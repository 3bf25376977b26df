// Drives a headless Chromium over a pipe, with the DevTools protocol.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const names = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Returns the path of the installed browser, or nothing. */
export function findBrowser() {
    return [process.env.CHROMIUM, ...names].find((name) => name && existsSync(name));
}

/** A browser with one page. */
export class Browser {
    #next = 1;
    #waiting = new Map();
    #buffer = "";
    #process;
    #directory;
    #session;
    /** Exceptions, console errors and blocked loads of the page. */
    problems = [];

    static async start(path) {
        const browser = new Browser();
        browser.#directory = mkdtempSync(join(tmpdir(), "ousage-page-"));
        browser.#process = spawn(path, [
            "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb", `--user-data-dir=${browser.#directory}`,
            "about:blank",
        ], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
        browser.#process.stdio[4].on("data", (bytes) => browser.#receive(bytes));
        const { targetInfos } = await browser.send("Target.getTargets");
        const { targetId } = targetInfos.find(({ type }) => type === "page");
        const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });
        browser.#session = sessionId;
        for (const domain of ["Page", "Runtime", "Log", "Network"]) {
            await browser.send(`${domain}.enable`);
        }
        return browser;
    }

    send(method, params = {}) {
        const id = this.#next++;
        const message = { id, method, params, ...(this.#session ? { sessionId: this.#session } : {}) };
        this.#process.stdio[3].write(JSON.stringify(message) + "\0");
        return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, method }));
    }

    #receive(bytes) {
        const parts = (this.#buffer + bytes).split("\0");
        this.#buffer = parts.pop();
        for (const message of parts.map((part) => JSON.parse(part))) {
            const waiting = this.#waiting.get(message.id);
            if (waiting) {
                this.#waiting.delete(message.id);
                if (message.error) {
                    waiting.reject(new Error(`${waiting.method}: ${message.error.message}`));
                } else {
                    waiting.resolve(message.result);
                }
            } else if (message.method === "Runtime.exceptionThrown") {
                const { exceptionDetails } = message.params;
                this.problems.push(exceptionDetails.exception?.description || exceptionDetails.text);
            } else if (message.method === "Log.entryAdded" && message.params.entry.level === "error") {
                this.problems.push(`${message.params.entry.text} ${message.params.entry.url || ""}`);
            } else if (message.method === "Page.javascriptDialogOpening") {
                this.problems.push("a dialog opened");
                this.send("Page.handleJavaScriptDialog", { accept: true });
            }
        }
    }

    /** Evaluates an expression in the page; a promise is awaited. */
    async evaluate(expression) {
        const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
            expression, awaitPromise: true, returnByValue: true,
        });
        if (exceptionDetails) {
            throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
        }
        return result.value;
    }

    /** Waits until an expression is true, checking it on each frame. Fails after ten seconds. */
    async until(expression) {
        const isTrue = await this.evaluate(`new Promise((resolve) => {
            const end = Date.now() + 10000;
            const look = () => (${expression}) ? resolve(true)
                : Date.now() > end ? resolve(false) : setTimeout(look, 20);
            look();
        })`);
        if (!isTrue) {
            throw new Error(`never true: ${expression}; the page: ${await this.evaluate("document.body.innerText")}`);
        }
    }

    async open(url) {
        this.problems = [];
        await this.send("Page.navigate", { url });
        await this.until(`location.href.startsWith(${JSON.stringify(url)}) && document.readyState === "complete"`);
    }

    async show({ width, height = 900, dark = false, reducedMotion = true }) {
        await this.send("Emulation.setDeviceMetricsOverride", {
            width, height, deviceScaleFactor: 1, mobile: false,
        });
        await this.send("Emulation.setEmulatedMedia", {
            features: [
                { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
                { name: "prefers-reduced-motion", value: reducedMotion ? "reduce" : "no-preference" },
            ],
        });
    }

    async key(key) {
        for (const type of ["keyDown", "keyUp"]) {
            await this.send("Input.dispatchKeyEvent", { type, key, code: key });
        }
    }

    async pointer(x, y) {
        await this.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
    }

    /** Returns a picture of the page as PNG, of the window alone if the page is very high. */
    async picture() {
        const isHigh = await this.evaluate("document.documentElement.scrollHeight > 8000");
        const { data } = await this.send("Page.captureScreenshot", { captureBeyondViewport: !isHigh });
        return Buffer.from(data, "base64");
    }

    async stop() {
        const ended = new Promise((resolve) => this.#process.on("exit", resolve));
        this.#process.kill("SIGKILL");
        await ended;
        rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 });
    }
}
