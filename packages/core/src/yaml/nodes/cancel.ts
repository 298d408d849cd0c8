import type { NodeTypeReader } from '../node-reading.ts'
import { textUnder } from '../text-reader.ts'

/** `cancel: <reason>` */
export const readCancel: NodeTypeReader = ({ map, base, texts }) => {
  const scalar = textUnder(map, 'cancel')
  if (scalar === undefined) return null
  return { ...base, type: 'cancel', reason: texts.template({ scalar, nodeId: base.id, field: 'cancel' }) }
}
