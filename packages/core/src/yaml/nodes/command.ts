import { nodeAgentKeys } from '../../schema/agent-keys.ts'
import type { NodeTypeReader } from '../node-reading.ts'
import { readAgentKeys } from '../read-agent-keys.ts'
import { readCommandName } from '../read-command-name.ts'
import { readContext } from '../read-context.ts'
import { readOutputFormat } from '../read-output-format.ts'
import { readWith } from '../read-with.ts'
import { textUnder } from '../text-reader.ts'

/** `command: <name>` */
export const readCommand: NodeTypeReader = (reading) => {
  const { map, base, agent, report } = reading
  const scalar = textUnder(map, 'command')
  if (scalar === undefined) return null
  return {
    ...base,
    type: 'command',
    command: readCommandName(scalar, report),
    with: readWith(reading),
    agent: readAgentKeys(map, nodeAgentKeys, agent),
    outputFormat: readOutputFormat(map, reading),
    context: readContext(map, reading),
  }
}
