import { useState } from "preact/hooks";
import { forkOnServer } from "./live";
import { head, run, tab } from "./state";
import { quoted } from "./words";

/** Runs on from an edited answer: through the server of the page, or by a command to copy. */
export function Fork({ event, said }: { event: number; said: string }) {
  const [edited, edit] = useState(said.length > 20000 ? "" : said);
  const [state, setState] = useState<"" | "running" | "done" | string>("");
  const served = head.value.served && run.value.finished;
  const command = `symposia fork ${quoted(run.value.directory)} ${event} ${quoted(edited)} --out ${quoted(`${run.value.directory}-fork-${event}`)}`;
  async function go() {
    setState("running");
    const error = await forkOnServer(run.value.directory, event, edited);
    setState(error);
    if (!error) tab.value = "compare";
  }
  return (
    <details class="fork">
      <summary>Fork from here: what if it had said something else?</summary>
      <label>Its answer<textarea rows={3} value={edited} onInput={(one) => edit(one.currentTarget.value)} /></label>
      {served ? (
        <button disabled={state === "running" || edited === said} onClick={go}>{state === "running" ? "Running…" : "Run what follows"}</button>
      ) : (
        <p class="small">{head.value.served ? "A run that is not finished is not forked." : "No server is behind this page. In a terminal:"}</p>
      )}
      {!served && <pre class="command">{command}</pre>}
      {state && state !== "running" && <p role="alert" class="wrong">{state}</p>}
    </details>
  );
}
