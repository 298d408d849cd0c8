import type { ArtifactRecord, EventPayload, Json, LogLevel, NewLogEntry, WorkflowEvent } from '@ion/store'

/** What an event has to say in the log of a run: level, words, and the facts behind them. */
type Remark = Pick<NewLogEntry, 'level' | 'message' | 'data'>

/**
 * What a person looks for in a log, out of an event: failures and why they are tried again, skips, gates and their answers, what
 * was cut short. That a node started or completed is no remark: the events say it. Pure.
 */
export function logEntriesOf(event: WorkflowEvent): NewLogEntry[] {
  const { nodeId, timestamp: time, payload } = event
  const attempt =
    'attempt' in payload && typeof payload.attempt === 'number' ? { attempt: payload.attempt } : {}
  const place = nodeId === undefined ? {} : { nodeId, ...attempt }
  return remarksOn(event).map((remark) => ({ time, ...remark, ...place }))
}

function remarksOn(event: WorkflowEvent): Remark[] {
  switch (event.type) {
    case 'workflow_started':
      return started(event.payload)
    case 'workflow_failed':
      return [failureRemark('error', `the run failed: ${event.payload.error.message}`, event.payload)]
    case 'workflow_cancelled': {
      const { reason = '' } = event.payload
      return [{ level: 'warn', message: `the run was cancelled${reason === '' ? '' : `: ${reason}`}` }]
    }
    case 'node_started': {
      const { gate } = event.payload
      return gate ? [{ level: 'info', message: `waits for an answer: ${gate.message}` }] : []
    }
    case 'node_completed':
      return [...answered(event.payload), ...unrecorded(event.payload)]
    case 'node_failed':
      return [...unrecorded(event.payload), failed(event.payload)]
    case 'node_skipped':
      return [
        { level: 'info', message: `skipped: ${whySkipped(event.payload)}`, data: skipData(event.payload) },
      ]
    case 'workflow_completed':
      return []
  }
}

function started({ resumed, rerun }: EventPayload<'workflow_started'>): Remark[] {
  if (!resumed) return []
  const again = rerun && rerun.length > 0 ? { data: { rerun } } : {}
  return [{ level: 'info', message: 'the run goes on', ...again }]
}

function answered({ decision, by }: EventPayload<'node_completed'>): Remark[] {
  if (decision === undefined) return []
  const words = decision === 'approve' ? 'approved' : decision
  return [{ level: 'info', message: `${words}${byWhom(by)}`, data: answerData(decision, by) }]
}

function failed(payload: EventPayload<'node_failed'>): Remark {
  const { error, willRetry = false, retryAt, interrupted, decision, by, allowed } = payload
  if (decision !== undefined) {
    const message = `${error.message}${byWhom(by)}${willRetry ? '; reworked, then asked again' : ''}`
    return { level: 'warn', message, data: answerData(decision, by) }
  }
  if (willRetry) {
    const when = interrupted || retryAt === undefined ? 'it runs again' : `it is tried again at ${retryAt}`
    return failureRemark(
      'warn',
      `${interrupted ? 'cut short' : 'failed'}: ${error.message}; ${when}`,
      payload,
    )
  }
  if (allowed) return failureRemark('warn', `failed, as it may: ${error.message}`, payload)
  return failureRemark('error', `failed: ${error.message}`, payload)
}

function failureRemark(
  level: LogLevel,
  message: string,
  { error, exitCode, retryAt }: Pick<EventPayload<'node_failed'>, 'error' | 'exitCode' | 'retryAt'>,
): Remark {
  const data = {
    code: error.code,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(retryAt === undefined ? {} : { retryAt }),
  }
  return { level, message, data }
}

/** A long list is in a blob, and is not read for this. */
function unrecorded({ artifacts }: Pick<EventPayload<'node_completed'>, 'artifacts'>): Remark[] {
  if (!Array.isArray(artifacts)) return []
  return artifacts.flatMap((file: ArtifactRecord): Remark[] =>
    'problem' in file && typeof file.problem === 'string'
      ? [{ level: 'warn', message: `the file ${file.key} was not recorded: ${file.problem}` }]
      : [],
  )
}

function whySkipped({ reason }: EventPayload<'node_skipped'>): string {
  const { rule, expression, problem, upstream } = reason
  if (rule === 'when') {
    return `its condition ${String(expression)} does not hold${typeof problem === 'string' ? ` (${problem})` : ''}`
  }
  const standings = Array.isArray(upstream) ? upstream.flatMap(standing) : []
  return standings.length > 0 ? `${standings.join(', ')} (${rule})` : rule
}

function standing(upstream: unknown): string[] {
  if (typeof upstream !== 'object' || upstream === null || !('node' in upstream) || !('status' in upstream))
    return []
  return [`${String(upstream.node)} ${String(upstream.status)}`]
}

/** The reason is JSON, since an event had it. */
function skipData({ reason }: EventPayload<'node_skipped'>): Json {
  const data: Json = JSON.parse(JSON.stringify(reason))
  return data
}

function answerData(decision: string, by: string | undefined): Json {
  return { decision, ...(by === undefined ? {} : { by }) }
}

function byWhom(by: string | undefined): string {
  return by === undefined ? '' : ` by ${by}`
}
