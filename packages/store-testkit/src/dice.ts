/** Chance that can be repeated: the same seed gives the same throws. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A whole number from 0 to below `sides`. */
  below(sides: number): number {
    // A Weyl sequence through an integer hash: plenty for choosing test data.
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) % sides
  }

  /** One of several. */
  pick<Item>(...items: [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0]
  }

  /** Happens once in so many throws. */
  once(inThrows: number): boolean {
    return this.below(inThrows) === 0
  }
}
