import { nodeAgentKeys } from '../../schema/agent-keys.ts'
import type { NodeTypeReader } from '../node-reading.ts'
import { readAgentKeys } from '../read-agent-keys.ts'
import { textUnder } from '../text-reader.ts'

/** `prompt: <text>` */
export const readPrompt: NodeTypeReader = ({ map, base, texts, agent }) => {
  const scalar = textUnder(map, 'prompt')
  if (scalar === undefined) return null
  return {
    ...base,
    type: 'prompt',
    prompt: texts.template({ scalar, nodeId: base.id, field: 'prompt' }),
    agent: readAgentKeys(map, nodeAgentKeys, agent),
  }
}
