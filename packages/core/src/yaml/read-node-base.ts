import type { NodeBase } from '../definition.ts'
import { nodeBaseSchema } from '../schema/node.ts'
import type { NodeTraits } from '../schema/node-traits.ts'
import type { NodeOutline } from './node-outline.ts'
import type { NodeReading } from './node-reading.ts'
import { readEnv } from './read-env.ts'
import { readFields } from './read-fields.ts'
import { readRetry } from './read-retry.ts'
import { entryOf, type SourceMap } from './source-tree.ts'
import { textUnder } from './text-reader.ts'

/** Retries are this far apart where nothing is said, in milliseconds. */
const defaultDelayMs = 3000

/** Reads what all nodes have, defaults filled in. */
export function readNodeBase(outline: NodeOutline, traits: NodeTraits, reading: NodeReading): NodeBase {
  const { map } = outline
  const { defaults, source, texts } = reading
  const nodeId = outline.id ?? ''
  const fields = readFields(map, nodeBaseSchema, reading)
  const when = textUnder(map, 'when')
  const cwd = textUnder(map, 'cwd')
  const takes = (key: string) => !traits.withoutEffect.includes(key)
  const env = readEnv(map, { ...reading, owner: nodeId })
  return {
    id: nodeId,
    description: fields.description ?? null,
    dependsOn: [...new Set(outline.dependsOn.map(({ id }) => id))],
    triggerRule: fields.trigger_rule ?? 'all_success',
    when: when ? texts.condition({ scalar: when, nodeId, field: 'when' }) : null,
    retry: takes('retry') ? retryPolicy(map, traits, reading) : noRetry,
    timeoutMs: takes('timeout') ? (fields.timeout ?? defaults.timeoutMs ?? traits.timeoutMs) : null,
    idleTimeoutMs: takes('idle_timeout')
      ? (fields.idle_timeout ?? defaults.idleTimeoutMs ?? traits.idleTimeoutMs)
      : null,
    env: takes('env') ? new Map([...defaults.env, ...env]) : new Map(),
    cwd: cwd ? texts.template({ scalar: cwd, nodeId, field: 'cwd' }) : takes('cwd') ? defaults.cwd : null,
    allowFailure: fields.allow_failure ?? false,
    onInterrupt: fields.on_interrupt ?? (takes('on_interrupt') ? defaults.onInterrupt : 'rerun'),
    position: source.position(map.start),
  }
}

const noRetry: NodeBase['retry'] = { maxAttempts: 0, delayMs: defaultDelayMs, onError: 'transient' }

function retryPolicy(map: SourceMap, traits: NodeTraits, reading: NodeReading): NodeBase['retry'] {
  const own = readRetry(map, reading)
  const { retry: defaults } = reading.defaults
  const entry = entryOf(map, 'retry')
  const count = own.max_attempts ?? defaults.max_attempts
  const isSilent = entry?.value.kind === 'map' && !entryOf(entry.value, 'max_attempts')
  if (entry && isSilent && count === undefined && traits.maxAttempts === 0) {
    const message = '`retry` needs `max_attempts`: how often a failed node runs again.'
    reading.report.error({ code: 'ION1110', span: entry.keySpan, message })
  }
  return {
    maxAttempts: count ?? traits.maxAttempts,
    delayMs: own.delay_ms ?? defaults.delay_ms ?? defaultDelayMs,
    onError: own.on_error ?? defaults.on_error ?? 'transient',
  }
}
