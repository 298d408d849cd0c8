import { nodeAgentKeys, workflowAgentKeys } from './agent-keys.ts'
import { approvalSchema, onRejectSchema } from './approval.ts'
import { inputSchema } from './input.ts'
import { loopSchema } from './loop.ts'
import { nodeBaseSchema, nodeTypeSchema, scriptKeysSchema } from './node.ts'
import { retrySchema } from './retry.ts'
import { defaultsSchema, workflowSchema } from './workflow.ts'

/** Where in a workflow a key stands. */
export type Level = 'workflow' | 'defaults' | 'node' | 'loop' | 'approval' | 'on_reject' | 'retry' | 'input'

/** The keys that are valid at a level. */
export const validKeys: { readonly [Place in Level]: readonly string[] } = {
  workflow: [...Object.keys(workflowSchema.shape), ...workflowAgentKeys],
  defaults: Object.keys(defaultsSchema.shape),
  node: [
    ...Object.keys(nodeBaseSchema.shape),
    ...Object.keys(nodeTypeSchema.shape),
    ...Object.keys(scriptKeysSchema.shape),
    ...nodeAgentKeys,
  ],
  loop: Object.keys(loopSchema.shape),
  approval: Object.keys(approvalSchema.shape),
  on_reject: Object.keys(onRejectSchema.shape),
  retry: Object.keys(retrySchema.shape),
  input: Object.keys(inputSchema.shape),
}

const places: { readonly [Place in Level]: string } = {
  workflow: 'at the top of the workflow',
  defaults: 'under `defaults:` of the workflow',
  node: 'on a node',
  loop: 'under `loop:`',
  approval: 'under `approval:`',
  on_reject: 'under `on_reject:` of the approval',
  retry: 'under `retry:`',
  input: 'under the name of an input',
}

/** From where to where a key is likely to have strayed, the likeliest first. */
const neighbours: { readonly [Place in Level]: readonly Level[] } = {
  workflow: ['defaults', 'node'],
  defaults: ['workflow', 'node'],
  node: ['loop', 'approval', 'retry', 'workflow'],
  loop: ['node'],
  approval: ['on_reject', 'node'],
  on_reject: ['approval', 'node'],
  retry: ['node'],
  input: [],
}

/** Where a key is valid that isn't valid at this level, in words. */
export function rightPlaces(level: Level, key: string): string[] {
  return neighbours[level].filter((place) => validKeys[place].includes(key)).map((place) => places[place])
}
