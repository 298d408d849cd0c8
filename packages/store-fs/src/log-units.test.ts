import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLine, encodeLine, LogFault } from './log-lines.ts'
import { type AppendUnit, encodeUnit, type PlacedUnit, type Unit, UnitScanner } from './log-units.ts'

const at = '2030-01-01T00:00:00.000Z'
const seen = { commit: 0, signal: 0, update: 0 }

const oddJson = fc.jsonValue().map((value) => ({ output: JSON.stringify(value), extra: value }))
const appendUnit = fc
  .record({
    id: fc.string({ minLength: 1 }),
    number: fc.nat(),
    payloads: fc.array(oddJson, { maxLength: 4 }),
  })
  .map(({ id, number, payloads }): AppendUnit => {
    const events = payloads.map(({ output, extra }, index) => {
      const payload = { output, extra }
      return { sequence: index + 1, type: 'node_completed' as const, nodeId: 'a', payload }
    })
    return { commit: { id, number }, at, seen, batch: { after: 0, held: 0 }, events }
  })
const signalUnit = fc.string({ minLength: 1 }).map((id): Unit => {
  const signal = { sequence: 1, id, kind: 'cancel' as const }
  return { commit: { id, index: 0, count: 1 }, at, seen, signal }
})
const unitsOf = fc.array(fc.oneof(appendUnit, signalUnit), { minLength: 1, maxLength: 5 })

const scan = (pieces: Buffer[]): PlacedUnit[] => {
  const scanner = new UnitScanner(0)
  return pieces.flatMap((piece) => scanner.push(piece))
}
const plain = (units: Unit[]): unknown => JSON.parse(JSON.stringify(units))

describe('the units of a log', () => {
  it('are found as they were written, in whatever pieces the bytes come', () => {
    fc.assert(
      fc.property(unitsOf, fc.array(fc.nat(), { maxLength: 6 }), (units, cuts) => {
        const bytes = Buffer.from(units.map(encodeUnit).join(''))
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
        const found = scan(pieces)
        expect(plain(found.map(({ unit }) => unit))).toEqual(plain(units))
        expect(found.map(({ start }) => start)).toEqual([0, ...found.slice(0, -1).map(({ end }) => end)])
      }),
    )
  })

  it('are a beginning of what was written when the log is cut anywhere', () => {
    fc.assert(
      fc.property(unitsOf, fc.nat(), (units, cut) => {
        const bytes = Buffer.from(units.map(encodeUnit).join(''))
        const found = scan([bytes.subarray(0, cut % bytes.length)])
        expect(found.length).toBeLessThan(units.length)
        expect(plain(found.map(({ unit }) => unit))).toEqual(plain(units.slice(0, found.length)))
      }),
    )
  })

  it('are found behind a piece that was torn off', () => {
    fc.assert(
      fc.property(appendUnit, signalUnit, fc.nat(), (torn, whole, cut) => {
        const bytes = Buffer.from(encodeUnit(torn))
        const piece = bytes.subarray(0, cut % bytes.length)
        const found = scan([piece, Buffer.from(`<torn>\n${encodeUnit(whole)}`)])
        expect(plain(found.map(({ unit }) => unit))).toEqual(plain([whole]))
        expect(found[0]?.badFrom).toBe(0)
      }),
    )
  })
})

describe('a line of a log', () => {
  it('is never read as another one when a byte of it has changed', () => {
    fc.assert(
      fc.property(signalUnit, fc.nat(), fc.integer({ min: 1, max: 255 }), (unit, place, change) => {
        if (!('signal' in unit)) return
        const line = Buffer.from(encodeLine(unit).trimEnd())
        const index = place % line.length
        line[index] = (line[index] ?? 0) ^ change
        try {
          expect(decodeLine(line, 0)).toBeNull()
        } catch (error) {
          expect(error).toBeInstanceOf(LogFault)
        }
      }),
    )
  })

  it('that is JSON and not of this log is a fault, for no torn write leaves that', () => {
    expect(() => decodeLine(Buffer.from('{"a":1}'), 7)).toThrow(LogFault)
  })
})
