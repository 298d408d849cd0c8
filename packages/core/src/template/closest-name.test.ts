import { describe, expect, it } from 'vitest'
import { closestName } from './closest-name.ts'

describe('the closest name', () => {
  it.each([
    ['biuld', 'build'],
    ['tests', 'test'],
    ['deploy-all', undefined],
    ['x', undefined],
  ])('to %s is %s', (name, closest) => {
    expect(closestName(name, ['build', 'test', 'y'])).toBe(closest)
  })
})
