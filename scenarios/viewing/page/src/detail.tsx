import { signal } from "@preact/signals";
import { Badges } from "./badge";
import { callOf } from "./calls";
import { Fork } from "./fork";
import { Agent } from "./mark";
import { count, dollars, time } from "./numbers";
import { arrived, notesOf, tokensOf } from "./pages";
import { current, goTo, head, run, runIndex, text } from "./state";
import { Tokens } from "./tokens";
import { kindOf, receiverOf, senderOf } from "./words";

const LONG = 6000;
const whole = signal(-1);

/** The message at the cursor, whole. */
export function Detail() {
  arrived.value;
  const event = current.value;
  const pages = head.value.pages[runIndex.value];
  if (event < 0 || !pages) return <section class="panel detail"><p class="empty">No message.</p></section>;
  const { columns } = run.value;
  const said = text(columns.text[event] ?? -1);
  const written = tokensOf(runIndex.value, pages, event);
  const kind = run.value.kinds[columns.kind[event] ?? 0] ?? "";
  const cause = columns.cause[event] ?? -1;
  return (
    <section class="panel detail" aria-label="The message at the cursor" aria-live="off">
      <header>
        <Agent name={senderOf(run.value, event)} /> <span>→</span> <Agent name={receiverOf(run.value, event)} />
        <span class="small kind">{kindOf(run.value, event)}</span>
        <Badges bits={columns.badges[event] ?? 0} />
        <span class="spacer" />
        <span class="small">event {event}</span>
        {cause >= 0 && <button class="link" onClick={() => goTo(cause)}>its cause: event {cause}</button>}
      </header>
      {said === null ? <p class="empty">Reading…</p> : <Text event={event} said={said} />}
      <Costs event={event} />
      <Notes notes={notesOf(runIndex.value, pages, event)} />
      {written && <Tokens event={event} written={written} />}
      {/^(answer|decoded)\//.test(kind) && receiverOf(run.value, event) === "conductor" && said !== null && <Fork key={event} event={event} said={said} />}
    </section>
  );
}

function Text({ event, said }: { event: number; said: string }) {
  const cut = said.length > LONG && whole.value !== event;
  if (!said) return <p class="empty">no text</p>;
  return (
    <>
      <pre class="text" tabIndex={0}>{cut ? said.slice(0, LONG) : said}</pre>
      {cut && <button onClick={() => (whole.value = event)}>Show all {count(said.length)} characters</button>}
    </>
  );
}

function Costs({ event }: { event: number }) {
  const { columns, finishes, costs } = run.value;
  const call = callOf(run.value, event);
  if (!call) return null;
  const [read, wrote] = [columns.prompt_tokens[event] ?? 0, columns.completion_tokens[event] ?? 0];
  const seconds = call.to - call.from;
  const cost = costs[event];
  const calls = columns.calls[event] ?? 0;
  return (
    <p class="small facts">
      {count(read)} + {count(wrote)} tokens{calls > 1 ? `, ${calls} model calls` : ""}, {time(seconds)}
      {seconds > 0 && wrote > 0 && `, ${(wrote / seconds).toFixed(0)} tokens/s`}
      {call.parts && `; engine queue ${time(call.parts.queue)}, prefill ${time(call.parts.prefill)}, decode ${time(call.parts.decode)}`}
      {cost !== undefined && `, ${dollars(cost)}`}
      {finishes[columns.finish[event] ?? 0] && `, ended: ${finishes[columns.finish[event] ?? 0]}`}
    </p>
  );
}

function Notes({ notes }: { notes: Record<string, string> }) {
  const names = Object.keys(notes);
  return names.length ? (
    <dl class="notes">
      {names.map((name) => [<dt key={`${name}-`}>{name}</dt>, <dd key={name}>{notes[name]?.slice(0, 2000)}</dd>])}
    </dl>
  ) : null;
}
