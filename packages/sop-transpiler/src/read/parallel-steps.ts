import { closestName, type JsonValue, type Span } from '@ion/core'
import type { SopSettings, SopStep } from '../model.ts'
import type { SopSource } from './sop-source.ts'

type Group = NonNullable<SopSettings['parallel']>

/** Which of several steps may be done at the same time. */
export class ParallelSteps {
  readonly #steps: readonly SopStep[]
  readonly #source: SopSource
  readonly #pairs: { step: number; other: number; span: Span }[] = []
  #names: ReadonlyMap<string, number> | null = null

  constructor(steps: readonly SopStep[], source: SopSource) {
    this.#steps = steps
    this.#source = source
  }

  /** What a comment in the step at `step` names: numbers as the author wrote them, or titles. */
  add(step: number, value: JsonValue, span: Span): void {
    for (const name of Array.isArray(value) ? value : [value]) {
      const other = this.#find(String(name))
      if (other === -1)
        this.#refuse(span, `There is no step \`${name}\` beside this one.`, this.#hint(String(name)))
      else if (other === step)
        this.#refuse(span, 'A step is always done at the same time as itself.', 'Name another.')
      else this.#pairs.push({ step, other, span })
    }
  }

  /** The groups: steps that are named by one another, by the index of each step in one. */
  resolve(): Map<number, Group> {
    const names = new Groups()
    for (const { step, other } of this.#pairs) names.join(step, other)
    const groups = new Map<number, Group & { size: number }>()
    for (const index of new Set(this.#pairs.flatMap(({ step, other }) => [step, other]))) {
      const name = names.of(index)
      const { first, last, size } = groups.get(name) ?? { first: index, last: index, size: 0 }
      groups.set(name, { first: Math.min(first, index), last: Math.max(last, index), size: size + 1 })
    }
    const found = new Map<number, Group>()
    for (const { step, other, span } of this.#pairs) {
      const group = groups.get(names.of(step))
      if (group === undefined) continue
      const { first, last, size } = group
      if (last - first + 1 === size) for (const index of [step, other]) found.set(index, { first, last })
      else {
        const message = 'Between the steps that are done at the same time stands one that is not.'
        this.#refuse(span, message, 'Put them next to each other, or name those between as well.')
      }
    }
    return found
  }

  #find(name: string): number {
    this.#names ??= namesOf(this.#steps)
    return this.#names.get(name.trim().toLowerCase()) ?? -1
  }

  #hint(name: string): string {
    const titles = this.#source.report.isFull ? [] : this.#steps.map(({ title }) => title)
    const near = closestName(name, titles)
    return near === undefined ? 'Write the number of a step, or its title.' : `Did you mean \`${near}\`?`
  }

  #refuse(span: Span, message: string, hint: string): void {
    this.#source.report.error({ code: 'ION4034', span, message, hint })
  }
}

/** What steps can be called by: a number goes before a title, and the first before others. */
function namesOf(steps: readonly SopStep[]): Map<string, number> {
  const names = new Map<string, number>()
  const add = (name: string | null, index: number) => {
    const key = name?.trim().toLowerCase()
    if (key !== undefined && !names.has(key)) names.set(key, index)
  }
  for (const [index, { number }] of steps.entries()) add(number, index)
  for (const [index, { title, heading }] of steps.entries())
    for (const name of [title, heading]) add(name, index)
  return names
}

/** Sets that are joined, each named by one of its members. */
class Groups {
  readonly #above = new Map<number, number>()

  of(member: number): number {
    let name = member
    for (let next = this.#above.get(name); next !== undefined; next = this.#above.get(name)) name = next
    if (name !== member) this.#above.set(member, name)
    return name
  }

  join(a: number, b: number): void {
    const [left, right] = [this.of(a), this.of(b)]
    if (left !== right) this.#above.set(right, left)
  }
}
