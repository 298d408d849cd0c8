import type { NodeDefinition, NodeType } from '../definition.ts'
import { unsupportedNodeTypes } from '../schema/archon/archon-keys.ts'
import { nodeTypeSchema } from '../schema/node.ts'
import { type NodeTraits, nodeTraits, reworkTraits } from '../schema/node-traits.ts'
import type { NodeOutline } from './node-outline.ts'
import type { NodeReading, NodeTypeReader } from './node-reading.ts'
import { readApproval } from './nodes/approval.ts'
import { readBash } from './nodes/bash.ts'
import { readCancel } from './nodes/cancel.ts'
import { readCommand } from './nodes/command.ts'
import { readLoop } from './nodes/loop.ts'
import { readPrompt } from './nodes/prompt.ts'
import { readScriptNode } from './nodes/script.ts'
import { readFields } from './read-fields.ts'
import { readNodeBase } from './read-node-base.ts'
import { entryOf, type SourceEntry, type SourceMap } from './source-tree.ts'

const readers: { readonly [Type in NodeType]: NodeTypeReader } = {
  bash: readBash,
  script: readScriptNode,
  prompt: readPrompt,
  command: readCommand,
  loop: readLoop,
  approval: readApproval,
  cancel: readCancel,
}

/** Reads a node; `null` when what is wrong with it, which has been reported, leaves no node. */
export function readNode(outline: NodeOutline, reading: NodeReading): NodeDefinition | null {
  const { map } = outline
  const found = typeEntries(map)
  checkTypes(found, outline, reading)
  const bodies = found.flatMap((body) => (isNodeType(body.key) ? [{ body, type: body.key }] : []))
  const type = bodies[0]?.type ?? 'cancel'
  const traits = traitsOf(type, bodies[0]?.body)
  const base = readNodeBase(outline, traits, reading)
  readFields(map, nodeTypeSchema, reading)
  if (found.length === 1 && bodies.length === 1) warnWithoutEffect(map, { type, traits }, reading)
  const [node] = bodies.map((each) => readers[each.type]({ ...reading, map, body: each.body, base }))
  return node ?? null
}

function isNodeType(key: string): key is NodeType {
  return Object.hasOwn(readers, key)
}

/** The entries that say what the node is. */
function typeEntries(map: SourceMap): SourceEntry[] {
  return map.entries.filter(({ key }) => isNodeType(key) || unsupportedNodeTypes.includes(key))
}

const typeList = Object.keys(readers)
  .map((type) => `\`${type}\``)
  .join(', ')

function checkTypes(
  [first, second]: SourceEntry[],
  { idSpan }: NodeOutline,
  { report, source }: NodeReading,
): void {
  if (first === undefined) {
    const message = 'This node has nothing to do.'
    report.error({ code: 'ION1113', span: idSpan, message, hint: `Give it one of ${typeList}.` })
  }
  if (first === undefined || second === undefined) return
  const { line, column } = source.position(first.keySpan.start)
  const message = `A node is one thing: this one is \`${first.key}\` at ${line}:${column} and \`${second.key}\` here.`
  const hint = 'Make two nodes of it, the one with `depends_on` the other.'
  report.error({ code: 'ION1114', span: second.keySpan, message, hint })
}

/** An approval runs something only when it has rejections reworked. */
function traitsOf(type: NodeType, body: SourceEntry | undefined): NodeTraits {
  const reworks = type === 'approval' && body?.value.kind === 'map' && entryOf(body.value, 'on_reject')
  return reworks ? reworkTraits : nodeTraits[type]
}

function warnWithoutEffect(
  map: SourceMap,
  { type, traits }: { type: NodeType; traits: NodeTraits },
  { report }: NodeReading,
): void {
  for (const { key, keySpan: span } of map.entries) {
    if (!traits.withoutEffect.includes(key)) continue
    const article = /^[aeiou]/.test(type) ? 'an' : 'a'
    report.warning({
      code: 'ION1107',
      span,
      message: `\`${key}\` has no effect on ${article} \`${type}\` node.`,
    })
  }
}
