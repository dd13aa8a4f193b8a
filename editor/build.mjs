// Bundles the editor: `node build.mjs FOLDER BANNER` writes editor.js, editor.css and NOTICES.txt,
// and what an export needs in the place of a server: local.js, worker.js and oxigraph.wasm.
// hatch_build.py runs it; the banner tells which sources a bundle was made from.

import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

const [folder = "../graphsvc/pages/editor", banner = ""] = process.argv.slice(2);

await build({
  entryPoints: ["src/editor.js", "src/local.js", "src/worker.js"],
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none", // NOTICES.txt has them whole
  banner: { js: `/* ${banner} */` },
  logLevel: "warning",
});
copyFileSync("node_modules/oxigraph/web_bg.wasm", join(folder, "oxigraph.wasm"));
writeFileSync(join(folder, "NOTICES.txt"), notices());

/** The licence of each package that the bundle may hold a part of. */
function notices() {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const bundled = Object.entries(packages).filter(([path, { dev }]) => path && !dev);
  const parts = bundled.map(([path]) => notice(path));
  return ["The files beside this one hold parts of these packages.", ...parts].join(
    `\n${"-".repeat(80)}\n`,
  );
}

function notice(path) {
  const { name, version, license, author, homepage } = JSON.parse(
    readFileSync(join(path, "package.json"), "utf8"),
  );
  const file = readdirSync(path).find((each) => /^licen[cs]e/i.test(each));
  const by = typeof author === "object" ? author.name : author;
  const head = [`${name} ${version}, ${license}`, by, homepage].filter(Boolean).join("\n");
  return `${head}\n\n${(file ? readFileSync(join(path, file), "utf8") : standardText(license)).trim()}\n`;
}

/** The texts of the licences in an SPDX expression, for packages that come without a file. */
function standardText(expression) {
  const require = createRequire(import.meta.url);
  return expression
    .replace(/[()]/g, "")
    .split(/ (?:OR|AND) /)
    .map((identifier) => require(`spdx-license-list/licenses/${identifier}`).licenseText.trim())
    .join("\n\n");
}
