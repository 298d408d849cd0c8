import { checkKeys } from '../../checks/keys.ts'
import type { LoopNode } from '../../definition.ts'
import { nodeAgentKeys } from '../../schema/agent-keys.ts'
import { loopSchema } from '../../schema/loop.ts'
import type { Template } from '../../template/template.ts'
import type { NodeTypeReader, TypedNode } from '../node-reading.ts'
import { readAgentKeys } from '../read-agent-keys.ts'
import { readCommandName } from '../read-command-name.ts'
import { readContext } from '../read-context.ts'
import { readFields } from '../read-fields.ts'
import { readOutputFormat } from '../read-output-format.ts'
import { entryOf, type SourceMap } from '../source-tree.ts'
import { textUnder } from '../text-reader.ts'
import { checkUntilField } from './until-field.ts'

/** `loop: {prompt | command, until_field, until, until_bash, max_iterations, fresh_context, interactive, gate_message}` */
export const readLoop: NodeTypeReader = (node) => {
  const { body: entry, base, texts, report, source, agent } = node
  if (entry.value.kind !== 'map') return null
  const map = checkKeys(entry.value, 'loop', report)
  const fields = readFields(map, loopSchema, { report, source })
  checkCompleteness(map, node)
  const outputFormat = readOutputFormat(node.map, node)
  const context = readContext(node.map, node)
  const body = readBody(map, node)
  const untilBash = textUnder(map, 'until_bash')
  const script = untilBash && texts.bash({ scalar: untilBash, nodeId: base.id, field: 'loop.until_bash' })
  const gate = readGate(map, { ...node, isInteractive: fields.interactive ?? false })
  const agentKeys = readAgentKeys(node.map, nodeAgentKeys, agent)
  checkUntilField(map, node)
  if (body === null || fields.max_iterations === undefined) return null
  return {
    ...base,
    type: 'loop',
    body,
    untilField: fields.until_field?.trim() ?? null,
    until: fields.until?.trim() ?? null,
    untilBash: script ?? null,
    maxIterations: fields.max_iterations,
    freshContext: fields.fresh_context ?? false,
    outputFormat,
    context,
    gate: gate && { message: gate, signalCompletes: fields.signal_completes ?? false },
    agent: agentKeys,
  }
}

const channels = ['until', 'until_bash', 'until_field']

function checkCompleteness(map: SourceMap, { body: { keySpan: span }, report }: TypedNode): void {
  const has = (key: string) => entryOf(map, key) !== undefined
  if (!has('max_iterations')) {
    const message = '`loop` needs `max_iterations`: after how many it gives up.'
    report.error({ code: 'ION1110', span, message })
  }
  if (!channels.some(has)) {
    const message = 'Nothing says when this loop is done.'
    const hint =
      'Give it `until`, a word the agent answers when it is done, `until_field`, a property of its structured answer, or `until_bash`, a script that exits with 0 then.'
    report.error({ code: 'ION1115', span, message, hint })
  }
}

/** The gate's message of an interactive loop; `null` for a loop that goes by itself. */
function readGate(map: SourceMap, node: TypedNode & { isInteractive: boolean }): Template | null {
  const { base, texts, report, isInteractive } = node
  const scalar = textUnder(map, 'gate_message')
  const template = scalar && texts.template({ scalar, nodeId: base.id, field: 'loop.gate_message' })
  if (isInteractive) {
    const { keySpan: span = node.body.keySpan } = entryOf(map, 'interactive') ?? {}
    if (!entryOf(map, 'gate_message')) {
      const message =
        'An interactive loop needs a `gate_message`: what the person is asked after an iteration.'
      report.error({ code: 'ION1110', span, message })
    }
    return template ?? null
  }
  for (const { key, keySpan: span, value } of map.entries) {
    const isOff = value.kind === 'scalar' && value.value === false
    if ((key !== 'gate_message' && key !== 'signal_completes') || isOff) continue
    report.warning({
      code: 'ION1107',
      span,
      message: `\`${key}\` has no effect without \`interactive: true\`.`,
    })
  }
  return null
}

function readBody(map: SourceMap, { body: entry, base, texts, report }: TypedNode): LoopNode['body'] | null {
  const hasPrompt = entryOf(map, 'prompt')
  const hasCommand = entryOf(map, 'command')
  if (hasPrompt && hasCommand) {
    const message = 'A loop has either `prompt` or `command`, and this one has both.'
    report.error({ code: 'ION1116', span: hasCommand.keySpan, message })
  }
  if (!hasPrompt && !hasCommand) {
    const message = '`loop` needs `prompt`, the text to repeat, or `command`, the name of a command file.'
    report.error({ code: 'ION1110', span: entry.keySpan, message })
  }
  const prompt = textUnder(map, 'prompt')
  if (prompt) {
    return {
      kind: 'prompt',
      prompt: texts.template({ scalar: prompt, nodeId: base.id, field: 'loop.prompt' }),
    }
  }
  const command = textUnder(map, 'command')
  return command ? { kind: 'command', command: readCommandName(command, report) } : null
}
