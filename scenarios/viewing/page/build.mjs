// Builds the page into one file, ../page.html: script and style inlined and named by their hashes in the policy.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const out = await build({
  entryPoints: ["src/main.tsx"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "ascii",
  legalComments: "none",
  write: false,
});
const style = await build({ entryPoints: ["src/style.css"], bundle: true, minify: true, write: false });
const script = out.outputFiles[0].text.trim().replaceAll("</script", "<\\/script");
const css = style.outputFiles[0].text.trim();
const hash = (text) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
// Sizes and places are set by script through the style of an element, which a policy without 'unsafe-inline' allows.
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(css)}`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
// The hash of the sources, by which a test finds a page that was not built again.
const sources = createHash("sha256");
for (const name of readdirSync("src").sort()) sources.update(`${name}\n`).update(readFileSync(`src/${name}`));
const page = readFileSync("src/page.html", "utf8")
  .replace("{{sources}}", () => sources.digest("hex"))
  .replace("{{policy}}", () => policy)
  .replace("{{style}}", () => css)
  .replace("{{script}}", () => script);
writeFileSync("../page.html", page);
console.log(`page.html: ${page.length.toLocaleString("en")} characters`);
