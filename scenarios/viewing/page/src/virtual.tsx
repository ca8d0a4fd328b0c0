import type { ComponentChild } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** A list of rows of one height, of which only those in view are made; `at` is kept in view. */
export function VirtualList(props: {
  count: number;
  height: number;
  at: number;
  label: string;
  row: (index: number) => ComponentChild;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [size, setSize] = useState(400);
  const { count, height, at } = props;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const watcher = new ResizeObserver(() => setSize(element.clientHeight));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element || at < 0) return;
    const y = at * height;
    if (y < element.scrollTop || y + height > element.scrollTop + element.clientHeight) {
      element.scrollTop = Math.max(0, y - element.clientHeight / 2 + height / 2);
    }
  }, [at, height, count]);
  const first = Math.max(0, Math.floor(top / height) - 4);
  const last = Math.min(count, Math.ceil((top + size) / height) + 4);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, n) => first + n);
  return (
    <div class="list" ref={box} role="list" aria-label={props.label} tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <div class="list-all" style={{ height: `${count * height}px` }}>
        {rows.map((index) => (
          <div key={index} role="listitem" class="list-row" style={{ top: `${index * height}px`, height: `${height}px` }}>
            {props.row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
