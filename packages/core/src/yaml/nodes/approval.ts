import { checkKeys } from '../../checks/keys.ts'
import { approvalSchema } from '../../schema/approval.ts'
import type { NodeTypeReader } from '../node-reading.ts'
import { readFields } from '../read-fields.ts'
import { entryOf } from '../source-tree.ts'
import { textUnder } from '../text-reader.ts'

/** `approval: {message, capture_response}` */
export const readApproval: NodeTypeReader = ({ body, base, texts, report, source }) => {
  if (body.value.kind !== 'map') return null
  const map = checkKeys(body.value, 'approval', report)
  const fields = readFields(map, approvalSchema, { report, source })
  const scalar = textUnder(map, 'message')
  if (!entryOf(map, 'message')) {
    const message = '`approval` needs a `message`: what the person is asked.'
    report.error({ code: 'ION1110', span: body.keySpan, message })
  }
  if (scalar === undefined) return null
  return {
    ...base,
    type: 'approval',
    message: texts.template({ scalar, nodeId: base.id, field: 'approval.message' }),
    captureResponse: fields.capture_response ?? false,
  }
}
