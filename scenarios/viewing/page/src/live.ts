/** What a server behind the page adds: documents that grow, and forks. */
import { takeServed, block } from "./blocks";
import { forget } from "./pages";
import { cursor, events, first, head, live, look, runIndex, scope } from "./state";
import type { Head } from "./types";

const token = new URLSearchParams(location.search).get("token") ?? "";

function address(path: string): string {
  return `${path}?token=${encodeURIComponent(token)}`;
}

/** Reads the document of the server anew; the cursor stays, or follows where it was at the end. */
export async function readServed(): Promise<void> {
  const answer = await fetch(address("document"));
  if (!answer.ok) throw new Error(`the server answers ${answer.status}: open the address that symposia view printed`);
  takeServed((await answer.json()) as Record<string, string>);
  await show();
}

/** Shows the document whose blocks were taken. */
export async function show(): Promise<void> {
  const begun = head.value.runs.length > 0;
  const atEnd = cursor.value >= events.value.length - 1;
  const next = await block<Head>("head");
  forget();
  head.value = next;
  if (!begun || !events.value.length) look(first());
  else if (atEnd) cursor.value = Math.max(0, events.value.length - 1);
}

/** Follows the server: reads anew when a trace has grown. */
export function follow(): void {
  const source = new EventSource(address("events"));
  let waiting = false;
  source.onopen = () => (live.value = "live");
  source.onerror = () => (live.value = "lost");
  source.addEventListener("grown", () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      void readServed();
    }, 300);
  });
}

/** Has the server fork a run; returns what went wrong, "" if nothing did. */
export async function forkOnServer(directory: string, event: number, text: string): Promise<string> {
  const place = scope.value;
  const answer = await fetch(address("fork"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ directory, event, text }),
  });
  const told = (await answer.json()) as { error?: string };
  if (!answer.ok) return told.error ?? `the server answers ${answer.status}`;
  await readServed();
  runIndex.value = head.value.runs.length - 1;
  look(place);
  return "";
}
