import { checkKeys } from '../checks/keys.ts'
import type { NodeBase } from '../definition.ts'
import { defaultsSchema } from '../schema/workflow.ts'
import { readEnv } from './read-env.ts'
import { type FieldContext, readFields } from './read-fields.ts'
import { type RetryFields, readRetry } from './read-retry.ts'
import { entryOf, type SourceMap } from './source-tree.ts'
import { type TextReader, textUnder } from './text-reader.ts'

/** What holds for every node that doesn't say otherwise; absent keys are left to the type of the node. */
export interface Defaults {
  retry: RetryFields
  timeoutMs?: number | undefined
  idleTimeoutMs?: number | undefined
  env: NodeBase['env']
  cwd: NodeBase['cwd']
  onInterrupt: NodeBase['onInterrupt']
}

/** The name under which references in the defaults are kept: no id of a node is like it. */
export const defaultsOwner = '(defaults)'

/** Reads `defaults:` of a workflow. */
export function readDefaults(root: SourceMap, context: FieldContext & { texts: TextReader }): Defaults {
  const value = entryOf(root, 'defaults')?.value
  const empty: SourceMap = { kind: 'map', entries: [], start: 0, end: 0 }
  const map = checkKeys(value?.kind === 'map' ? value : empty, 'defaults', context.report)
  const fields = readFields(map, defaultsSchema, context)
  const cwd = textUnder(map, 'cwd')
  return {
    retry: readRetry(map, context),
    timeoutMs: fields.timeout,
    idleTimeoutMs: fields.idle_timeout,
    env: readEnv(map, { ...context, owner: defaultsOwner }),
    cwd: cwd ? context.texts.template({ scalar: cwd, nodeId: defaultsOwner, field: 'cwd' }) : null,
    onInterrupt: fields.on_interrupt ?? 'rerun',
  }
}
