import { sign } from "./badge";
import { counts, found } from "./filter";
import { count } from "./numbers";
import { events, head, query, wanted } from "./state";
import { badgeName } from "./words";

/** The words and badges that are looked for. */
export function Filters() {
  const shown = head.value.badges.map((name, index) => ({ name, index, times: counts.value[index] ?? 0 }));
  return (
    <div class="filters">
      <input id="filter" type="search" placeholder="Filter: words, an agent, a kind   ( / )" aria-label="Filter messages"
        value={query.value} onInput={(event) => (query.value = event.currentTarget.value)} />
      <div class="chips" role="group" aria-label="Badges to look for">
        {shown.filter((one) => one.times > 0 || wanted.value.has(one.index)).map((one) => (
          <button key={one.name} class={`chip badge-${one.name}`} aria-pressed={wanted.value.has(one.index)}
            title={head.value.says[one.name]} onClick={() => toggle(one.index)}>
            {sign(one.name)} {badgeName(one.name)} {count(one.times)}
          </button>
        ))}
        <span class="small">{found.value.length < events.value.length && `${count(found.value.length)} of ${count(events.value.length)} messages`}</span>
      </div>
    </div>
  );
}

function toggle(index: number): void {
  const next = new Set(wanted.value);
  if (!next.delete(index)) next.add(index);
  wanted.value = next;
}
