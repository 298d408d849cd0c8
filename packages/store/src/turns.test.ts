import { describe, expect, it } from 'vitest'
import { Turns } from './turns.ts'

/** Work that takes as long as the test wants. */
function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve: () => resolve() }
}

describe('turns', () => {
  it('let work on one thing happen in order of arrival, also after a failure', async () => {
    const turns = new Turns()
    const [first, order] = [deferred(), [] as string[]]
    const work = [
      turns.take(['a'], () => first.promise.then(() => order.push('one'))),
      turns.take(['a', 'b'], async () => {
        order.push('two')
        throw new Error('two')
      }),
      turns.take(['b'], async () => order.push('three')),
    ]
    first.resolve()
    const outcomes = await Promise.allSettled(work)
    expect(order).toEqual(['one', 'two', 'three'])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('let work on other things overlap', async () => {
    const turns = new Turns()
    const blocked = deferred()
    const waiting = turns.take(['a'], () => blocked.promise)
    expect(await turns.take(['b', 'c'], async () => 'done')).toBe('done')
    blocked.resolve()
    await waiting
  })

  it('give what the work gives, for any order of several things', async () => {
    const turns = new Turns()
    const both = [turns.take(['a', 'b'], async () => 1), turns.take(['b', 'a'], async () => 2)]
    expect(await Promise.all(both)).toEqual([1, 2])
  })
})
