import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../json.ts'
import type { NodeView, Scope } from '../scope.ts'
import { parseTemplate } from './parse-template.ts'
import { renderTemplate } from './render-template.ts'
import { resolveReference, UnresolvedReferenceError } from './resolve-reference.ts'

const nodes: Record<string, Partial<NodeView>> = {
  json: {
    output:
      '{"text":"x","none":null,"items":[{"name":"y"}],"__proto__x":1,"id":12345678901234567890,"half":0.5}',
  },
  fenced: { output: '\n```json\n{"text": "x"}\n```\n' },
  prose: { output: 'Looks good to me.' },
  skipped: { status: 'skipped', exitCode: null },
  failed: { status: 'failed', output: 'partly', error: 'exit 3', exitCode: 3 },
}

const scope: Scope = {
  reader: 'report',
  variable: (name) => (name === 'ARGUMENTS' ? 'all' : undefined),
  input: (name) => (name === 'flag' ? true : undefined),
  node: (id) => {
    const node = Object.hasOwn(nodes, id) ? nodes[id] : undefined
    return node && { status: 'completed', output: '', error: '', exitCode: 0, ...node }
  },
}

const context = { nodeIds: new Set([...Object.keys(nodes), 'pending']), inputs: new Set(['flag', 'other']) }

function resolve(source: string): JsonValue {
  const [segment] = parseTemplate(source, context).template.segments
  if (segment === undefined || typeof segment === 'string') throw new Error(`no reference: ${source}`)
  return resolveReference(segment, scope)
}

function failure(source: string): UnresolvedReferenceError {
  try {
    resolve(source)
  } catch (error) {
    if (error instanceof UnresolvedReferenceError) return error
  }
  throw new Error(`${source} has a value`)
}

describe('the value of a reference', () => {
  it.each<[string, JsonValue]>([
    ['$ARGUMENTS', 'all'],
    ['$INPUTS.flag', true],
    ['$prose.output', 'Looks good to me.'],
    ['$json.output.text', 'x'],
    ['$json.output.none', null],
    ['$json.output.items', [{ name: 'y' }]],
    ['$json.output.items[0].name', 'y'],
    ['$json.output.half', 0.5],
    ['$fenced.output.text', 'x'],
    ['$failed.output', 'partly'],
    ['$failed.status', 'failed'],
    ['$failed.error', 'exit 3'],
    ['$failed.exit_code', 3],
    ['$skipped.output', ''],
    ['$skipped.status', 'skipped'],
    ['$skipped.exit_code', ''],
  ])('%s', (source, value) => {
    expect(resolve(source)).toEqual(value)
  })

  it('keeps the digits of a whole number that JavaScript would round', () => {
    expect(resolve('$json.output.id')).toBe('12345678901234567890')
  })

  it('is a string as it is, and everything else compact JSON, in a text', () => {
    const { template } = parseTemplate(
      '$json.output.text $json.output.none $json.output.items $INPUTS.flag',
      context,
    )
    expect(renderTemplate(template, scope)).toBe('x null [{"name":"y"}] true')
  })
})

describe('a reference without a value', () => {
  it.each([
    ['$RUN_ID', 'the host gives none'],
    ['$INPUTS.other', 'the input `other` was not given and has no default'],
    ['$pending.output', 'the node `pending` has not finished. List it in `depends_on`'],
    ['$skipped.output.x', 'the node `skipped` was skipped'],
    [
      '$prose.output.text',
      'the output of the node `prose` is not JSON, so it has no field `text`. It begins: "Looks good to me."',
    ],
    ['$failed.output.x', 'the output of the node `failed` (which failed) is not JSON'],
    ['$json.output.txt', '`$json.output` of the node `json` is an object with `text`, `none`, `items`'],
    [
      '$json.output.items[1]',
      '`$json.output.items` of the node `json` is an array of 1 item; it has no `[1]`',
    ],
    ['$json.output.items.length', 'it has no `length`'],
    ['$json.output.text.part', '`$json.output.text` of the node `json` is a string, "x"; it has no `part`'],
    ['$json.output.none.x', 'is `null`'],
    ['$json.output.__proto__', 'it has no `__proto__`'],
    ['$json.output.constructor', 'it has no `constructor`'],
  ])('%s: %s', (source, reason) => {
    expect(failure(source).message).toContain(reason)
  })

  it('says who asked for what, and how to write text after a reference', () => {
    expect(failure('$json.output.text.part')).toMatchObject({
      code: 'unresolved_reference',
      reference: '$json.output.text.part',
      nodeId: 'json',
      reader: 'report',
      message:
        '`$json.output.text.part` in the node `report` has no value: `$json.output.text` of the node `json` is a string, "x"; ' +
        'it has no `part`. If `.part` is meant as text, write `${json.output.text}.part`, in bash `"$json.output.text"\'.part\'`. If it is a member in a script, write `($json.output.text).part`.',
    })
  })
})
