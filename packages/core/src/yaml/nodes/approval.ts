import { checkKeys } from '../../checks/keys.ts'
import type { OnReject } from '../../definition.ts'
import { nodeAgentKeys } from '../../schema/agent-keys.ts'
import { approvalSchema, onRejectSchema } from '../../schema/approval.ts'
import type { NodeTypeReader, TypedNode } from '../node-reading.ts'
import { readAgentKeys } from '../read-agent-keys.ts'
import { readContext } from '../read-context.ts'
import { readFields } from '../read-fields.ts'
import { entryOf, type SourceMap } from '../source-tree.ts'
import { textUnder } from '../text-reader.ts'

const defaultReworks = 3

/** `approval: {message, capture_response, on_reject}` */
export const readApproval: NodeTypeReader = (node) => {
  const { body, base, texts, report, source } = node
  if (body.value.kind !== 'map') return null
  const map = checkKeys(body.value, 'approval', report)
  const fields = readFields(map, approvalSchema, { report, source })
  const scalar = textUnder(map, 'message')
  if (!entryOf(map, 'message')) {
    const message = '`approval` needs a `message`: what the person is asked.'
    report.error({ code: 'ION1110', span: body.keySpan, message })
  }
  const onReject = readOnReject(map, node)
  if (scalar === undefined) return null
  return {
    ...base,
    type: 'approval',
    message: texts.template({ scalar, nodeId: base.id, field: 'approval.message' }),
    captureResponse: fields.capture_response ?? false,
    onReject,
    agent: onReject ? readAgentKeys(node.map, nodeAgentKeys, node.agent) : {},
    context: onReject ? readContext(node.map, { report, source }) : 'fresh',
  }
}

/** `on_reject: {prompt, max_attempts}` */
function readOnReject(approval: SourceMap, { base, texts, report, source }: TypedNode): OnReject | null {
  const entry = entryOf(approval, 'on_reject')
  if (entry?.value.kind !== 'map') return null
  const map = checkKeys(entry.value, 'on_reject', report)
  const fields = readFields(map, onRejectSchema, { report, source })
  if (!entryOf(map, 'prompt')) {
    const message = '`on_reject` needs a `prompt`: what the agent is to do about the rejection.'
    report.error({ code: 'ION1110', span: entry.keySpan, message })
  }
  const scalar = textUnder(map, 'prompt')
  if (scalar === undefined) return null
  return {
    prompt: texts.template({ scalar, nodeId: base.id, field: 'approval.on_reject.prompt' }),
    maxAttempts: fields.max_attempts ?? defaultReworks,
  }
}
