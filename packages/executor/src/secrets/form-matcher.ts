/** A stretch of bytes, its end exclusive. */
export interface Stretch {
  start: number
  end: number
}

/**
 * Finds many byte strings at once (the automaton of Aho and Corasick). A state stands for the longest end of what was read
 * that is the beginning of a form, so its depth says how many bytes may still turn out to be part of one.
 */
export class FormMatcher {
  /** Of each state. States are kept in arrays, as a long secret has many. */
  readonly #byte: Uint8Array
  readonly #firstChild: Int32Array
  readonly #nextSibling: Int32Array
  readonly #fallback: Int32Array
  readonly #depth: Int32Array
  /** The length of the longest form that ends here; 0 for none. */
  readonly #ending: Int32Array
  readonly #fromStart = new Int32Array(256)
  #states = 1

  constructor(forms: readonly Uint8Array[]) {
    const most = forms.reduce((sum, form) => sum + form.length, 1)
    this.#byte = new Uint8Array(most)
    this.#firstChild = new Int32Array(most)
    this.#nextSibling = new Int32Array(most)
    this.#fallback = new Int32Array(most)
    this.#depth = new Int32Array(most)
    this.#ending = new Int32Array(most)
    for (const form of forms) this.#add(form)
    this.#linkFallbacks()
  }

  /** How many bytes before this point may be part of a form that has not ended. */
  depth(state: number): number {
    return this.#depth[state] ?? 0
  }

  /**
   * Reads bytes from a state.
   *
   * @param found - Gets every form that ends, the longest of those that end together.
   * @returns the state afterwards.
   */
  read(bytes: Uint8Array, from: number, state: number, found: (stretch: Stretch) => void): number {
    const fromStart = this.#fromStart
    const ending = this.#ending
    let current = state
    for (let at = from; at < bytes.length; at++) {
      // Mostly nothing begins here, and this is all that a byte costs then.
      if (current === 0) while (at < bytes.length && fromStart[bytes[at] ?? 0] === 0) at += 1
      if (at === bytes.length) break
      current = this.#step(current, bytes[at] ?? 0)
      const length = current === 0 ? 0 : (ending[current] ?? 0)
      if (length > 0) found({ start: at + 1 - length, end: at + 1 })
    }
    return current
  }

  #step(state: number, byte: number): number {
    for (let current = state; current !== 0; current = this.#fallback[current] ?? 0) {
      const child = this.#child(current, byte)
      if (child !== 0) return child
    }
    return this.#fromStart[byte] ?? 0
  }

  #child(state: number, byte: number): number {
    let child = this.#firstChild[state] ?? 0
    while (child !== 0 && this.#byte[child] !== byte) child = this.#nextSibling[child] ?? 0
    return child
  }

  #add(form: Uint8Array): void {
    let state = 0
    for (const byte of form) {
      const child = state === 0 ? (this.#fromStart[byte] ?? 0) : this.#child(state, byte)
      state = child === 0 ? this.#addState(state, byte) : child
    }
    this.#ending[state] = form.length
  }

  #addState(parent: number, byte: number): number {
    const state = this.#states++
    this.#byte[state] = byte
    this.#depth[state] = this.depth(parent) + 1
    this.#nextSibling[state] = this.#firstChild[parent] ?? 0
    this.#firstChild[parent] = state
    if (parent === 0) this.#fromStart[byte] = state
    return state
  }

  /** Breadth first, so that the fallback of a state is known before those of its children. */
  #linkFallbacks(): void {
    const queue = new Int32Array(this.#states)
    let last = 0
    for (let at = 0; at <= last; at++) {
      const state = queue[at] ?? 0
      let child = this.#firstChild[state] ?? 0
      while (child !== 0) {
        const fallback = state === 0 ? 0 : this.#step(this.#fallback[state] ?? 0, this.#byte[child] ?? 0)
        this.#fallback[child] = fallback
        if (this.#ending[child] === 0) this.#ending[child] = this.#ending[fallback] ?? 0
        queue[++last] = child
        child = this.#nextSibling[child] ?? 0
      }
    }
  }
}

/** Adds a stretch that ends last of all so far, and joins it with those that it overlaps or touches. */
export function addStretch(stretches: Stretch[], added: Stretch): void {
  let { start } = added
  for (let last = stretches.at(-1); last && last.end >= start; last = stretches.at(-1)) {
    start = Math.min(start, last.start)
    stretches.pop()
  }
  stretches.push({ start, end: added.end })
}
