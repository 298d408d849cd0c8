import { crc32 } from 'node:zlib'
import type { FileSystem } from './file-system.ts'
import type { LogState } from './log-fold.ts'

/** Which part of the log a projection was made from. */
export interface Covered {
  /** The log's length, up to the end of its last whole unit. */
  bytes: number
}

/** What `run.json` says: the state of a run's log, up to a place in it. */
export interface Projection {
  covers: Covered
  state: LogState
}

const projectionFormat = 1

/** The text of `run.json`. A claim's token is nobody's business but its holder's. */
export function encodeProjection({ covers, state }: Projection): string {
  const { head, ...facts } = state
  const { claim, ...position } = head
  const shown = claim && { number: claim.number, owner: claim.owner, expiresAt: claim.expiresAt }
  const content = { format: projectionFormat, ...facts, ...position, claim: shown, covers }
  return `${JSON.stringify({ ...content, checksum: checksumOf(content) }, null, 2)}\n`
}

function checksumOf(content: object): number {
  return crc32(JSON.stringify(content))
}

/** What the text of a `run.json` says; `null` for a text that is damaged or that another version wrote. */
export function decodeProjection(text: string): Projection | null {
  try {
    const { checksum, ...content }: StoredProjection = JSON.parse(text)
    if (content.format !== projectionFormat || checksum !== checksumOf(content)) return null
    const { format: _, covers, claim, ...rest } = content
    const { status, lastSequence, lastSignal, error, wakeAt, startedAt, finishedAt, updatedAt, ...facts } =
      rest
    const position = { status, lastSequence, lastSignal, error, wakeAt, startedAt, finishedAt, updatedAt }
    const head = { ...position, claim: claim && { ...claim, token: '' } }
    return { covers, state: { ...facts, annotations: facts.annotations ?? 0, head } }
  } catch {
    return null
  }
}

type Head = LogState['head']

/** The content of `run.json`, its checksum vouching for its shape. */
type StoredProjection = Omit<LogState, 'head' | 'annotations'> &
  Partial<Pick<LogState, 'annotations'>> &
  Omit<Head, 'claim'> & {
    format: number
    claim: Omit<NonNullable<Head['claim']>, 'token'> | null
    covers: Covered
    checksum: number
  }

/** Whether a projection was made from more of a run's log than is there. */
export function coversMore({ covers, state: known }: Projection, state: LogState, size: number): boolean {
  if (known.createdAt !== state.createdAt) return false
  return (
    covers.bytes > size ||
    known.commits > state.commits ||
    known.updates > state.updates ||
    known.annotations > state.annotations ||
    known.head.lastSignal > state.head.lastSignal
  )
}

/** A run's projection; `null` when there is none that can be used. */
export async function readProjection(files: FileSystem, path: string): Promise<Projection | null> {
  const text = await files.readFile(path).catch(() => null)
  return text === null ? null : decodeProjection(text.toString())
}
