import { Badges } from "./badge";
import { Filters } from "./filters";
import { found } from "./filter";
import { Agent } from "./mark";
import { count, time } from "./numbers";
import { arrived } from "./pages";
import { cursor, events, moveTo, playing, run, text } from "./state";
import { VirtualList } from "./virtual";
import { kindOf, receiverOf, senderOf } from "./words";

/** The messages of the scope, those behind the cursor in full colour. */
export function Transcript() {
  const list = found.value;
  const at = nearest(list, cursor.value);
  return (
    <section class="panel transcript" aria-label="Transcript" style={{ height: `${Math.max(170, Math.min(430, 110 + 64 * list.length))}px` }}>
      <Filters />
      {list.length ? (
        <VirtualList count={list.length} height={64} at={at} label="Messages" row={(index) => <Message place={list[index] ?? 0} />} />
      ) : (
        <p class="empty">{events.value.length ? "No message is like that." : "No message here: nothing was asked in this run."}</p>
      )}
    </section>
  );
}

function nearest(list: number[], place: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function Message({ place }: { place: number }) {
  arrived.value;
  const event = events.value[place] ?? 0;
  const { columns } = run.value;
  const said = text(columns.text[event] ?? -1);
  const began = columns.seconds[events.value[0] ?? 0] ?? 0;
  const tokens = columns.completion_tokens[event] ?? 0;
  const right = columns.right[event] ?? -1;
  const state = place === cursor.value ? "on" : place > cursor.value ? "later" : "";
  return (
    <button class={`message ${state}`} aria-current={place === cursor.value} data-event={event}
      onClick={() => { playing.value = false; moveTo(place); }}>
      <span class="message-head">
        <Agent name={senderOf(run.value, event)} /> <span aria-label="to">→</span> <Agent name={receiverOf(run.value, event)} />
        <span class="small kind">{kindOf(run.value, event)}</span>
        {right === 1 && <span class="right" title="a right answer">✓</span>}
        {right === 0 && senderOf(run.value, event) !== "user" && <span class="wrong" title="not the right answer">✗</span>}
        <Badges bits={columns.badges[event] ?? 0} />
        <span class="small when">{tokens > 0 && `${count(tokens)} tok · `}{time((columns.seconds[event] ?? 0) - began)}</span>
      </span>
      <span class="said">{said === null ? "…" : said.slice(0, 300) || <em>no text</em>}</span>
    </button>
  );
}
