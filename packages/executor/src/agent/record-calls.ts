import { createHash } from 'node:crypto'
import type { AgentCall, Blob, Output, RecordedUsage, Usage } from '@ion/store'
import type { Masker } from '../secrets/masker.ts'
import type { EndedCall } from './call-log.ts'

/** The longest text of a call that is kept in its event, in bytes; a longer one is a blob beside it. */
const inlineBytes = 4 * 1024
/** The longest that is kept at all, in bytes. */
const mostBytes = 16 * 1024 * 1024
/** The longest name that is kept in an event that must fit. */
const longestName = 256
/** The most models of a call that are told apart in such an event. */
const mostModels = 16

/** What the records of calls depend on. */
export interface CallRecording {
  masker: Masker | null
  /** Whether prompts and answers are recorded, or only their digests. */
  recordTexts: boolean
}

/** What an event says of the calls of its attempt, and the blobs beside it. */
export interface RecordedCalls {
  usage: RecordedUsage[]
  blobs: Blob[]
}

/**
 * The calls of an attempt as its event has them. Digests and texts are of what is left when secrets are masked: a digest
 * of a short secret would give it away.
 *
 * @param output - The event's own output: an answer that is the same is not recorded a second time.
 */
export function recordCalls(
  calls: readonly EndedCall[],
  recording: CallRecording,
  output?: string,
): RecordedCalls {
  const blobs = new Map<string, Blob>()
  const usage = calls.flatMap((call, index) => {
    const facts = factsOf(call, index + 1)
    const texts = recording.recordTexts ? textsOf(call, { masker: recording.masker, output, blobs }) : {}
    return entriesOf(call.usage, facts, { ...digestsOf(call, recording.masker), ...texts })
  })
  return { usage, blobs: [...blobs.values()] }
}

/**
 * The calls of an attempt with nothing whose size an agent or an author has chosen: for an event that must fit.
 *
 * @param omitted - Why texts are missing that were to be recorded.
 */
export function recordBareCalls(
  calls: readonly EndedCall[],
  recording: CallRecording,
  omitted: 'too_large' | 'stopped',
): RecordedUsage[] {
  const texts = recording.recordTexts ? { textsOmitted: omitted } : {}
  return calls.flatMap((call, index) => {
    const { agent = '', requestedModel = '', ...facts } = factsOf(call, index + 1)
    const named: AgentCall = {
      ...facts,
      ...(isShort(agent) ? { agent } : {}),
      ...(isShort(requestedModel) ? { requestedModel } : {}),
    }
    return entriesOf(bareUsages(call.usage), named, {
      ...digestsOf(call, recording.masker),
      ...texts,
    })
  })
}

function isShort(name: string): boolean {
  return name !== '' && name.length <= longestName
}

/** Too many models are one without a name: what they cost together counts. */
function bareUsages(usage: readonly Usage[]): Usage[] {
  if (usage.length <= mostModels) return usage.map(bareUsage)
  const sum = (name: 'inputTokens' | 'outputTokens' | 'cost') => {
    const reported = usage.flatMap((entry) => entry[name] ?? [])
    return reported.length === 0 ? undefined : reported.reduce((total, amount) => total + amount)
  }
  return [
    bareUsage({ inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens'), cost: sum('cost') }),
  ]
}

function bareUsage({ model = '', inputTokens, outputTokens, cost }: Usage): Usage {
  return {
    ...(isShort(model) ? { model } : {}),
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(cost === undefined ? {} : { cost }),
  }
}

/** One entry a model; what is of the call as a whole, and long, is with the first. */
function entriesOf(usage: Usage[], facts: AgentCall, once: Omit<AgentCall, 'number'>): RecordedUsage[] {
  const reported = usage.length === 0 ? [{}] : usage
  return reported.map((entry, index) => ({ ...entry, call: index === 0 ? { ...facts, ...once } : facts }))
}

function factsOf({ agent, agentName, durationMs, error, usage }: EndedCall, number: number): AgentCall {
  const requested = usage.some(({ model }) => model !== undefined) ? undefined : agent.model
  return {
    number,
    ...(agentName === undefined ? {} : { agent: agentName }),
    ...(typeof requested === 'string' ? { requestedModel: requested } : {}),
    durationMs,
    ...(error === undefined ? {} : { error }),
  }
}

function digestsOf({ prompt, output }: EndedCall, masker: Masker | null) {
  return {
    promptSha256: sha256(masked(prompt, masker)),
    ...(output === undefined ? {} : { outputSha256: sha256(masked(output, masker)) }),
  }
}

function textsOf(
  call: EndedCall,
  { masker, output, blobs }: { masker: Masker | null; output: string | undefined; blobs: Map<string, Blob> },
): Omit<AgentCall, 'number'> {
  const prompt = packText(masked(call.prompt, masker), blobs)
  const isOwn = call.output === undefined || call.output === output
  const answer = isOwn ? undefined : packText(masked(call.output ?? '', masker), blobs)
  return {
    ...(prompt === null ? {} : { prompt }),
    ...(answer === undefined || answer === null ? {} : { output: answer }),
    ...(prompt === null || answer === null ? { textsOmitted: 'too_large' } : {}),
  }
}

/** A text as its event has it; `null` when it is too large to be kept. */
function packText(text: string, blobs: Map<string, Blob>): Output | null {
  const bytes = Buffer.from(text)
  if (bytes.length <= inlineBytes) return text
  if (bytes.length > mostBytes) return null
  const digest = sha256(text)
  const ref = `texts/${digest}`
  blobs.set(ref, { ref, bytes })
  return { ref, bytes: bytes.length, sha256: digest }
}

function masked(text: string, masker: Masker | null): string {
  return masker ? masker.text(text) : text
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
