import { type ArtifactRecord, type IWorkflowStore, isRecorded, listArtifacts, Turns } from '@ion/store'
import { type Patience, patiently } from '../patience.ts'
import type { Masker } from '../secrets/masker.ts'
import { hashFile } from './hash-file.ts'
import { mediaTypeOf } from './media-types.ts'
import { type FoundFile, scanFolder } from './scan-folder.ts'

/** How many files are read at once. */
const atOnce = 8

/** What is known of a file: what the log has of it, and which version that is, if this executor saw it. */
interface Known {
  size: number
  modifiedAt: string
  version: string | null
}

/**
 * Which files of a run's `artifacts/` are recorded already. A file belongs to the node that ends first after it was last written:
 * nodes that run at the same time and want their files told apart write to folders of their own, as all of them end in one log.
 */
export class ArtifactLedger {
  readonly #folder: string
  readonly #masker: Masker | null
  readonly #known: Map<string, Known>
  readonly #turns = new Turns()

  private constructor(folder: string, masker: Masker | null, known: Map<string, Known>) {
    this.#folder = folder
    this.#masker = masker
    this.#known = known
  }

  /**
   * What is in the folder when a run begins is nobody's. When it goes on, what the log does not have was left by a node that was
   * interrupted, and belongs to the next one that ends.
   */
  static async open(options: {
    store: Pick<IWorkflowStore, 'getWorkflowEvents' | 'readBlob'>
    runId: string
    folder: string
    masker: Masker | null
    isFirstStart: boolean
    patience: Patience
  }): Promise<ArtifactLedger> {
    const { store, runId, folder, masker, isFirstStart, patience } = options
    const known = new Map<string, Known>()
    const found = await scanFolder(folder).catch((): FoundFile[] => [])
    if (isFirstStart) for (const file of found) known.set(file.key, file)
    else if (found.length > 0) {
      for (const record of await patiently(patience, () => listArtifacts(store, runId))) {
        if (isRecorded(record)) known.set(record.key, { ...record, version: null })
      }
    }
    return new ArtifactLedger(folder, masker, known)
  }

  /**
   * What is new or changed since the last call. Never throws: what can't be read is told as a problem. What an abort cuts short is
   * left for a later call.
   */
  async collect(signal: AbortSignal): Promise<ArtifactRecord[]> {
    return await this.#turns.take([this.#folder], async () => {
      const records: ArtifactRecord[] = []
      try {
        const files = (await scanFolder(this.#folder)).filter((file) => !this.#isKnown(file))
        for (let from = 0; from < files.length && !signal.aborted; from += atOnce) {
          const some = files.slice(from, from + atOnce).map((file) => this.#record(file, signal))
          records.push(...(await Promise.all(some)).flat())
        }
      } catch (error) {
        records.push({ key: '.', problem: this.#hidden(messageOf(error)) })
      }
      return records
    })
  }

  /** A text without secrets. */
  #hidden(text: string): string {
    return this.#masker?.text(text) ?? text
  }

  #isKnown({ key, size, modifiedAt, version }: FoundFile): boolean {
    const known = this.#known.get(key)
    if (known === undefined) return false
    return known.version === null
      ? known.size === size && known.modifiedAt === modifiedAt
      : known.version === version
  }

  async #record(file: FoundFile, signal: AbortSignal): Promise<ArtifactRecord[]> {
    const { size, modifiedAt } = file
    const key = this.#hidden(file.key)
    const problem = (text: string): ArtifactRecord[] => {
      this.#known.set(file.key, file)
      return [{ key, problem: text }]
    }
    if (key !== file.key) return problem('its name has a secret in it')
    if (file.kind === 'unnamed') return problem('its name is no valid UTF-8')
    if (file.kind === 'link') return problem('it is a link, which is not followed')
    if (file.kind === 'other') return problem('it is no regular file')
    try {
      const sha256 = await hashFile(file.path, file.version, signal)
      // Looked at again when the next node ends: it may be whole then.
      if (sha256 === null)
        return signal.aborted ? [] : [{ key, problem: 'it was written to while it was read' }]
      this.#known.set(file.key, file)
      return [{ key, mediaType: mediaTypeOf(key), size, sha256, modifiedAt }]
    } catch (error) {
      return problem(this.#hidden(messageOf(error)))
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
