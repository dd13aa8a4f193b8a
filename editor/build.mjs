// Bundles the editor: `node build.mjs FOLDER BANNER` writes editor.js, editor.css and NOTICES.txt.
// hatch_build.py runs it; the banner tells which sources a bundle was made from.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

const [folder = "../graphsvc/pages/editor", banner = ""] = process.argv.slice(2);

await build({
  entryPoints: ["src/editor.js"],
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
writeFileSync(join(folder, "NOTICES.txt"), notices());

/** The licence of each package that the bundle may hold a part of. */
function notices() {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const bundled = Object.entries(packages).filter(([path, { dev }]) => path && !dev);
  const parts = bundled.map(([path]) => notice(path));
  return ["editor.js and editor.css hold parts of these packages.", ...parts].join(
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

/** The text that stands for a licence's identifier, for packages that come without a file of it. */
function standardText(identifier) {
  const { licenseText } = createRequire(import.meta.url)(
    `spdx-license-list/licenses/${identifier}`,
  );
  return licenseText;
}
