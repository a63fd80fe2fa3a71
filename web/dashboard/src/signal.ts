/** A value that components follow. */

import { useEffect, useState } from "preact/hooks";

export class Signal<Value> {
  readonly #followers = new Set<() => void>();

  constructor(private held: Value) {}

  get value(): Value {
    return this.held;
  }

  change(by: (was: Value) => Value): void {
    this.held = by(this.held);
    for (const follower of [...this.#followers]) follower();
  }

  follow(follower: () => void): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }
}

/** The value now; the component is drawn again when it changes. */
export function useSignal<Value>(signal: Signal<Value>): Value {
  const [value, show] = useState(signal.value);
  useEffect(() => {
    const look = () => show(() => signal.value);
    look();
    return signal.follow(look);
  }, [signal]);
  return value;
}
