import { createHash } from 'node:crypto'
import { open, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Artifact, type IWorkflowStore, isRecorded, listArtifacts, type RecordedFile } from '@ion/store'
import { ExecutorError } from '../errors.ts'
import { artifactsFolder } from '../run-folder.ts'
import { placeOfRun } from '../run-place.ts'

/** Which artifact, and where the files of runs are on this machine. */
export interface OpenArtifactOptions {
  store: IWorkflowStore
  runId: string
  /** The artifact's path below the run's `artifacts/`, as `listArtifacts` has it. */
  key: string
  /** Where runs have their folders, as it was told to the executor. Default: as for `executeWorkflow`. */
  artifactsDir?: string
}

/** An artifact, and its bytes. */
export interface OpenArtifact {
  artifact: Artifact & RecordedFile
  /**
   * The file, which is compared with its digest on the way: what differs ends in an error, `changed_artifact`, in place of the
   * stream's end. Destroy it if it is not read.
   */
  stream: Readable
}

/**
 * Opens a file that a node of a run has left, on the machine that executed the run.
 *
 * @throws {ExecutorError} `missing_artifact` when the log has no such artifact, or the file is gone or on another machine;
 * `changed_artifact` when it has another size than it had, or could not be recorded.
 *
 * @example
 * const { artifact, stream } = await openArtifact({ store, runId, key: 'report.html' })
 * await pipeline(stream, createWriteStream('report.html'))
 */
export async function openArtifact(options: OpenArtifactOptions): Promise<OpenArtifact> {
  const { store, runId, key, artifactsDir } = options
  const artifact = (await listArtifacts(store, runId)).find((each) => each.key === key)
  if (!artifact) {
    throw new ExecutorError('missing_artifact', `run ${runId} has no artifact ${JSON.stringify(key)}`, {
      key,
    })
  }
  if (!isRecorded(artifact)) {
    throw new ExecutorError('changed_artifact', `${key} could not be recorded: ${artifact.problem}`, { key })
  }
  const folder = artifactsFolder(await placeOfRun({ id: runId }, { store, artifactsDir }))
  const path = join(folder, ...key.split('/'))
  const file = await open(await own(folder, path, key)).catch((error: NodeJS.ErrnoException) => {
    throw missing(key, path, error)
  })
  const { size } = await file.stat()
  if (size !== artifact.size) {
    await file.close()
    throw changed(
      artifact,
      `${path} has ${size} bytes, and had ${artifact.size} when ${artifact.nodeId} ended`,
    )
  }
  const stream = Readable.from(verified(file.createReadStream(), artifact, path), { objectMode: false })
  return { artifact, stream }
}

/** The file itself: a link in the place of a folder would lead out of the run's own. */
async function own(folder: string, path: string, key: string): Promise<string> {
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(path)])
    if (real === join(root, ...key.split('/'))) return real
  } catch (error) {
    throw missing(key, path, error)
  }
  throw missing(key, path, new Error('a link is in its place'))
}

async function* verified(
  bytes: AsyncIterable<Uint8Array>,
  artifact: Artifact & RecordedFile,
  path: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') === artifact.sha256) return
  throw changed(artifact, `${path} is not what it was when ${artifact.nodeId} ended`)
}

function missing(key: string, path: string, cause: unknown): ExecutorError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new ExecutorError(
    'missing_artifact',
    `${path} can't be opened (${why}); artifacts are on the machine that executed the run`,
    { key, path },
    { cause },
  )
}

function changed({ key, sha256 }: RecordedFile, message: string): ExecutorError {
  return new ExecutorError('changed_artifact', message, { key, sha256 })
}
