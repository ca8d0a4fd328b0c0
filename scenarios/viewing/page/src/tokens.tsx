import { signal } from "@preact/signals";
import { colour } from "./colours";
import { Agent } from "./mark";
import { probability } from "./numbers";
import { run } from "./state";
import type { Written } from "./types";

const looked = signal<{ event: number; token: number }>({ event: -1, token: -1 });
/** Below this divergence (nats) the peers agreed, and nobody moved the token. */
const AGREED = 0.05;

/** The tokens of an answer, coloured by who wrote or moved each, or else by their probability. */
export function Tokens({ event, written }: { event: number; written: Written }) {
  const length = written.pieces?.length || written.ids?.length || 0;
  const chosen = looked.value.event === event ? looked.value.token : -1;
  const names = written.writers ?? Object.keys(written.peers ?? {});
  return (
    <section class="tokens" aria-label="Tokens">
      <h3>{written.writers ? "Tokens, by the model that wrote each" : written.peers ? "Tokens, by the model that spoke for each most" : "Tokens, darker where less likely"}</h3>
      <div class="pieces">
        {Array.from({ length }, (_, token) => (
          <button key={token} class={`piece ${token === chosen ? "on" : ""}`} style={looks(written, token)}
            aria-label={`token ${token + 1}`} onMouseEnter={() => (looked.value = { event, token })}
            onFocus={() => (looked.value = { event, token })} onClick={() => (looked.value = { event, token })}>
            {pieceOf(written, token)}
          </button>
        ))}
      </div>
      {names.length > 0 && <p class="small names">{names.map((name) => <Agent key={name} name={name} />)}{written.peers && <span>plain: all agreed</span>}</p>}
      {chosen >= 0 && <Inspect written={written} token={chosen} />}
      {written.pieces === undefined && <p class="small">Numbers are token ids: no tokenizer of these models is on the machine that wrote this page.</p>}
    </section>
  );
}

function pieceOf(written: Written, token: number): string {
  const piece = written.pieces?.[token];
  if (piece === undefined) return String(written.ids?.[token] ?? "");
  return piece.replaceAll("\n", "⏎\n") || "·";
}

/** The peer to which a token is likeliest, where the peers differ; "" where they agree. */
export function moverOf(written: Written, token: number): string {
  if (written.writers && written.by) return written.writers[written.by[token] ?? 0] ?? "";
  if ((written.divergence?.[token] ?? 1) < AGREED) return "";
  const ranked = Object.entries(written.peers ?? {}).sort((a, b) => (b[1][token] ?? -99) - (a[1][token] ?? -99));
  return ranked[0]?.[0] ?? "";
}

function looks(written: Written, token: number): Record<string, string> {
  if (written.writers || written.peers) {
    const mover = moverOf(written, token);
    if (!mover) return {};
    const shade = colour(run.value.agents, mover);
    return { borderBottomColor: shade, background: `color-mix(in srgb, ${shade} 22%, transparent)` };
  }
  const logprob = written.logprobs?.[token];
  if (logprob === undefined) return {};
  const share = Math.round(55 * (1 - Math.exp(logprob)));
  return { background: `color-mix(in srgb, var(--unlikely) ${share}%, transparent)` };
}

function Inspect({ written, token }: { written: Written; token: number }) {
  const logprob = written.logprobs?.[token];
  const peers = Object.entries(written.peers ?? {});
  return (
    <div class="inspect" role="status">
      <p>
        <b>“{pieceOf(written, token)}”</b>, token {token + 1}
        {written.ids && ` (id ${written.ids[token]})`}
        {logprob !== undefined && `, probability ${probability(logprob)}`}
        {written.divergence?.[token] !== undefined && `, the peers' divergence ${written.divergence[token]?.toFixed(3)} nats`}
        {written.writers && `, by ${moverOf(written, token)}`}
      </p>
      {peers.map(([name, values]) => (
        <div class="peer" key={name}>
          <Agent name={name} />
          <span class="bar"><span style={{ width: `${100 * Math.exp(values[token] ?? -99)}%`, background: colour(run.value.agents, name) }} /></span>
          <span class="small">{probability(values[token] ?? -99)}</span>
        </div>
      ))}
      <p class="small">{peers.length
        ? "The probability of the picked token under each model. The trace keeps no tokens that were not picked."
        : "The trace keeps the picked tokens alone, no alternatives."}</p>
    </div>
  );
}
