import type { NodeContext } from './node-context.ts'
import { NodeFailure } from './node-failure.ts'

/** The failure of a body that printed more than is kept as an output; its log has all of it. */
export function tooMuchOutput(bytes: number, { maxOutputBytes, logPath }: NodeContext): NodeFailure {
  return new NodeFailure(
    'output_too_large',
    `the output has ${bytes} bytes, the limit is ${maxOutputBytes}; all of it is in ${logPath}`,
    { details: { bytes, maxOutputBytes, log: logPath } },
  )
}
