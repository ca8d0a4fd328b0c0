import { useEffect, useRef } from "preact/hooks";
import { KEYS } from "./keys";
import { helping } from "./state";

/** The keys, in a dialog. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (helping.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [helping.value]);
  return (
    <dialog ref={dialog} aria-label="Keys" onClose={() => (helping.value = false)}>
      <h2>Keys</h2>
      <dl class="keys">{KEYS.map(([key, does]) => [<dt key={key}><kbd>{key}</kbd></dt>, <dd key={does}>{does}</dd>])}</dl>
      <button onClick={() => (helping.value = false)}>Close</button>
    </dialog>
  );
}
