// Serves the files of the page as the exporter does, below a prefix, with responses to /view that a test
// sets.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const directory = new URL("../../example/exporter/page/", import.meta.url);
const files = {
    "/": ["index.html", "text/html"], "/page.css": ["page.css", "text/css"],
    "/page.js": ["page.js", "text/javascript"], "/icon.svg": ["icon.svg", "image/svg+xml"],
};

/** The value of the exporter's header. The end-to-end tests hold that it is the same. */
export const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/** A server on loopback. `view(account)` returns [status, object]; null leaves the request waiting. */
export async function serve(prefix, view) {
    const paths = [];
    const server = createServer((request, response) => {
        const url = new URL(request.url, "http://localhost");
        paths.push(request.url);
        const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : "";
        const headers = { "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff" };
        if (path in files) {
            const [file, type] = files[path];
            response.writeHead(200, { ...headers, "Content-Type": `${type}; charset=utf-8` });
            response.end(readFileSync(new URL(file, directory)));
        } else if (path === "/view") {
            const result = view(url.searchParams.get("account"));
            if (result) {
                response.writeHead(result[0], { ...headers, "Content-Type": "application/json" });
                response.end(JSON.stringify(result[1]));
            }
        } else {
            response.writeHead(404, headers).end();
        }
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        paths,
        url: `http://127.0.0.1:${server.address().port}${prefix}/`,
        stop: () => {
            server.closeAllConnections();
            server.close();
        },
    };
}
