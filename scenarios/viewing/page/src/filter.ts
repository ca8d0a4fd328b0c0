/** Which messages and questions are looked for. */
import { computed } from "@preact/signals";
import { arrived } from "./pages";
import { byQuestion, events, head, query, run, text, wanted } from "./state";
import { kindOf, receiverOf, senderOf } from "./words";

const bit = (name: string): number => {
  const index = head.value.badges.indexOf(name);
  return index < 0 ? 0 : 1 << index;
};

/** The badges of each question: those of its messages, and of its reported answer. */
export const questionBadges = computed<number[]>(() =>
  run.value.questions.map((one, index) => {
    const inside = (byQuestion.value[index] ?? []).reduce((bits, event) => bits | (run.value.columns.badges[event] ?? 0), 0);
    const failed = one.stop === "failed" || one.stop === "refused" ? bit("error") : 0;
    return inside | failed | (one.parsed ? 0 : bit("unparsed")) | (one.score !== null && one.score <= 0 ? bit("wrong") : 0);
  }),
);

/** The number of messages in the scope with each badge. */
export const counts = computed<number[]>(() => {
  const found = head.value.badges.map(() => 0);
  for (const event of events.value) {
    const bits = run.value.columns.badges[event] ?? 0;
    if (bits) found.forEach((_, index) => (found[index] = (found[index] ?? 0) + ((bits >> index) & 1)));
  }
  return found;
});

/** True if a set of badges has one that is looked for, or none is. */
export function isWanted(bits: number): boolean {
  return wanted.value.size === 0 || [...wanted.value].some((index) => (bits >> index) & 1);
}

/** The places in the scope of the messages that are looked for. */
export const found = computed<number[]>(() => {
  const words = query.value.trim().toLowerCase();
  if (words) arrived.value;
  return events.value.flatMap((event, place) =>
    isWanted(run.value.columns.badges[event] ?? 0) && (!words || says(event, words)) ? [place] : [],
  );
});

function says(event: number, words: string): boolean {
  const named = `${senderOf(run.value, event)} ${receiverOf(run.value, event)} ${kindOf(run.value, event)}`;
  if (named.toLowerCase().includes(words)) return true;
  return (text(run.value.columns.text[event] ?? -1) ?? "").toLowerCase().includes(words);
}
