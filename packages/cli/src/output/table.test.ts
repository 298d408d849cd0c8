import { expect, it } from 'vitest'
import { alignColumns } from './table.ts'

it('aligns columns by their widest cell and pads no line at its end', () => {
  expect(
    alignColumns([
      ['RUN', 'STATUS', ''],
      ['7f3a2', 'ok'],
      ['7', 'cancelled', 'x'],
    ]),
  ).toEqual(['RUN    STATUS', '7f3a2  ok', '7      cancelled  x'])
})
