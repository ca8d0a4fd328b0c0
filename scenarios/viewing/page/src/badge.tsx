import { head } from "./state";
import { badgeName, badgesIn } from "./words";

const SIGNS: Record<string, string> = {
  unparsed: "?", abstained: "∅", repeats: "↻", error: "!", retry: "⟳", timeout: "⏱", cut: "✂", gave_up_right: "⇄", wrong: "✗",
};

/** A badge's sign. */
export function sign(name: string): string {
  return SIGNS[name] ?? "•";
}

/** The badges in a set of bits, with their names. */
export function Badges({ bits, short = false }: { bits: number; short?: boolean }) {
  const names = head.value.badges;
  return (
    <>
      {badgesIn(bits, names).map((index) => {
        const name = names[index] ?? "";
        return (
          <span key={name} class={`badge badge-${name}`} title={`${badgeName(name)}: ${head.value.says[name] ?? ""}`}>
            <span aria-hidden="true">{sign(name)}</span>
            <span class={short ? "hidden" : ""}> {badgeName(name)}</span>
          </span>
        );
      })}
    </>
  );
}
