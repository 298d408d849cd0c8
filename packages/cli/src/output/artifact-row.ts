import { type Artifact, isRecorded } from '@ion/store'
import { oneLine } from './one-line.ts'

/** An artifact as a row of a table: its key, who left it, its size or what is wrong with it. */
export function artifactRow(artifact: Artifact): string[] {
  const what = isRecorded(artifact) ? bytesInWords(artifact.size) : oneLine(artifact.problem)
  return [oneLine(artifact.key), `by ${artifact.nodeId}`, what]
}

/**
 * A number of bytes, in a unit of its size.
 *
 * @example
 * bytesInWords(1536) // '1.5 KiB'
 */
export function bytesInWords(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  let [size, unit] = [bytes, 0]
  for (; size >= 1024 && unit < units.length - 1; unit++) size /= 1024
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`
}
