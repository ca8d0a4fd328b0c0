import { signal } from "@preact/signals";
import { block } from "./blocks";
import type { Details, Pages, Written } from "./types";

/** Counts up when a page has come, so that what waits for it is drawn again. */
export const arrived = signal(0);

const texts = new Map<string, string[] | null>();
const details = new Map<string, Details | null>();

/** Forgets all pages: the document is a new one. */
export function forget(): void {
  texts.clear();
  details.clear();
}

/** The last page that begins at or before a number. */
export function pageOf(starts: number[], number: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}

function fetched<T>(kept: Map<string, T | null>, name: string): T | null {
  const found = kept.get(name);
  if (found !== undefined) return found;
  kept.set(name, null);
  void block<T>(name).then((value) => {
    kept.set(name, value);
    arrived.value += 1;
  });
  return null;
}

/** A text by number; "" of none, null while its page is on its way. */
export function textOf(run: number, pages: Pages, number: number): string | null {
  if (number < 0) return "";
  const page = pageOf(pages.texts, number);
  const found = fetched(texts, `${run}/text/${page}`);
  return found === null ? null : (found[number - (pages.texts[page] ?? 0)] ?? "");
}

function detailsOf(run: number, pages: Pages, event: number): Details | null {
  return pages.details.length ? fetched(details, `${run}/detail/${pageOf(pages.details, event)}`) : null;
}

/** The tokens of an event, if it has any and their page is here. */
export function tokensOf(run: number, pages: Pages, event: number): Written | null {
  return detailsOf(run, pages, event)?.tokens[event] ?? null;
}

/** Further facts on an event. */
export function notesOf(run: number, pages: Pages, event: number): Record<string, string> {
  return detailsOf(run, pages, event)?.notes[event] ?? {};
}
