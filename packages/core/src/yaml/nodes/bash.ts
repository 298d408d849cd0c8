import type { NodeTypeReader } from '../node-reading.ts'
import { textUnder } from '../text-reader.ts'

/** `bash: <script>` */
export const readBash: NodeTypeReader = ({ map, base, texts }) => {
  const scalar = textUnder(map, 'bash')
  if (scalar === undefined) return null
  return { ...base, type: 'bash', script: texts.bash({ scalar, nodeId: base.id, field: 'bash' }) }
}
