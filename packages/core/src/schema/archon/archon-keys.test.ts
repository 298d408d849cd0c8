import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseWorkflow } from '../../parse-workflow.ts'
import { keysOfReference } from '../../testing/keys-of-reference.ts'
import { nodeAgentKeys, workflowAgentKeys } from '../agent-keys.ts'
import { validKeys } from '../level.ts'
import { archonKeys } from './archon-keys.ts'

/** Levels that Ion reads key by key; what stands at the others is answered for by the key that holds them. */
const isOwnLevel = (level: string): level is keyof typeof validKeys => Object.hasOwn(validKeys, level)

const ownKeys = archonKeys.filter(({ level }) => isOwnLevel(level))
const having = (...standings: string[]) => ownKeys.filter(({ standing }) => standings.includes(standing))
const placeOf = ({ level, key }: { level: string; key: string }) => `${level}.${key}`

/** A workflow that has a key, with a value that isn't off. */
function workflowWith(level: string, key: string): string {
  const line = `${key}: {x: 1}`
  const top = level === 'workflow' ? `${line}\n` : level === 'input' ? `inputs: {x: {${line}}}\n` : ''
  const node: { [level: string]: string } = {
    node: `    ${line}\n`,
    loop: `    loop: {prompt: x, until: X, max_iterations: 1, ${line}}\n`,
    approval: `    approval: {message: x, ${line}}\n`,
    on_reject: `    approval: {message: x, on_reject: {prompt: x, ${line}}}\n`,
    retry: `    bash: ls\n    retry: {${line}}\n`,
  }
  return `${top}nodes:\n  - id: x\n${node[level] ?? '    bash: ls\n'}`
}

function diagnosticsAbout(level: string, key: string) {
  const { diagnostics } = parseWorkflow(workflowWith(level, key))
  return diagnostics.filter(({ message }) => message.includes(`\`${key}\``) || message.includes(`.${key}\``))
}

describe('the table of Archon’s keys', () => {
  it('has each key of a level once', () => {
    const places = archonKeys.map(placeOf)
    expect(new Set(places).size).toBe(places.length)
  })

  it('says what holds instead of every key that Ion does not do', () => {
    const silent = archonKeys.filter(
      ({ standing, note }) => (standing === 'ignored' || standing === 'unsupported') && note === '',
    )
    expect(silent).toEqual([])
  })

  it.each(having('done', 'agent').map(placeOf))('%s is a key that Ion reads', (place) => {
    const { level, key } = ownKeys.find((candidate) => placeOf(candidate) === place) ?? { level: '', key: '' }
    expect(isOwnLevel(level) && validKeys[level].includes(key)).toBe(true)
  })

  it('hands to agents what it says it does', () => {
    const agents = new Set([
      ...workflowAgentKeys.map((key) => `workflow.${key}`),
      ...nodeAgentKeys.map((key) => `node.${key}`),
    ])
    const said = having('agent').map(placeOf)
    expect(said.filter((place) => !agents.has(place))).toEqual([])
  })

  it.each(having('ignored').map(({ level, key, note }) => [level, key, note]))(
    '%s.%s is ignored, with a warning that says what holds',
    (level, key, note) => {
      const text = workflowWith(level, key).replace(`${key}: {x: 1}`, `${key}: false`)
      const about = parseWorkflow(text).diagnostics.filter(({ hint }) => hint === note)
      expect(about).toMatchObject([{ code: 'ION1106', severity: 'warning' }])
    },
  )

  it.each(having('unsupported').map(({ level, key }) => [level, key]))(
    '%s.%s is refused, with an error that names it',
    (level, key) => {
      const errors = diagnosticsAbout(level, key).filter(({ severity }) => severity === 'error')
      expect(errors.length).toBeGreaterThan(0)
    },
  )
})

const reference = new URL('../../../../../../shared/reference/archon.md', import.meta.url)

describe('the table of Archon’s keys', () => {
  const listed = existsSync(reference) ? keysOfReference(readFileSync(reference, 'utf8')) : null
  if (listed === null) {
    console.log(
      `skipped comparing ${archonKeys.length} keys of Archon: ${fileURLToPath(reference)} is not there`,
    )
  }

  it.skipIf(listed === null)('has every key of the reference', () => {
    const places = new Set(archonKeys.map(placeOf))
    console.log(`compared ${listed?.length} keys of Archon's reference`)
    expect(listed?.length).toBeGreaterThan(100)
    expect(listed?.filter((place) => !places.has(place))).toEqual([])
  })
})
