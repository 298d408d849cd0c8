import { z } from 'zod'
import { InvalidRecordError } from './errors.ts'

/** What a run id may look like: it names a folder, a URL segment and a key, so it is plain ASCII without dots first. */
export const runIdPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/

/** Schema of a run id. */
export const runIdSchema = z
  .string()
  .regex(runIdPattern, 'must be 1 to 128 of A-Z a-z 0-9 . _ - and not begin with a dot')

/** @throws {InvalidRecordError} when the text can't be a run id, so that an id never leaves its store's folder. */
export function checkRunId(id: string): void {
  if (!runIdPattern.test(id)) {
    throw new InvalidRecordError(
      `${JSON.stringify(id)} is no run id: 1 to 128 of A-Z a-z 0-9 . _ -, not beginning with a dot`,
    )
  }
}

/** Schema of a node's own id, as written in a workflow. */
export const nodeIdPattern = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/**
 * Schema of a node path: a node's id, or what runs inside a node (`refine/3`, `gate/rework/1`, `sub/build`). Node ids
 * never contain a slash, so paths never collide with them.
 */
export const nodePathSchema = z
  .string()
  .max(1024)
  .regex(
    /^[A-Za-z_][A-Za-z0-9_-]{0,63}(\/[A-Za-z0-9_-]{1,64})*$/,
    'must be a node id or a path of ids and numbers',
  )
