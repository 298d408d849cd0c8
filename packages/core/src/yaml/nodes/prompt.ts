import { nodeAgentKeys } from '../../schema/agent-keys.ts'
import type { NodeTypeReader } from '../node-reading.ts'
import { readAgentKeys } from '../read-agent-keys.ts'
import { readContext } from '../read-context.ts'
import { readOutputFormat } from '../read-output-format.ts'
import { textUnder } from '../text-reader.ts'

/** `prompt: <text>` */
export const readPrompt: NodeTypeReader = ({ map, base, texts, agent, report, source }) => {
  const scalar = textUnder(map, 'prompt')
  const outputFormat = readOutputFormat(map, { report, source })
  const context = readContext(map, { report, source })
  if (scalar === undefined) return null
  return {
    ...base,
    type: 'prompt',
    prompt: texts.template({ scalar, nodeId: base.id, field: 'prompt' }),
    agent: readAgentKeys(map, nodeAgentKeys, agent),
    outputFormat,
    context,
  }
}
