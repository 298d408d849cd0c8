import { isCommandName } from '../command-name.ts'
import type { Report } from '../report.ts'
import type { SourceScalar } from './source-tree.ts'

/** Reads the name of a command file. */
export function readCommandName(scalar: SourceScalar, report: Report): string {
  const name = String(scalar.value).trim()
  if (!isCommandName(name)) {
    const message = `\`${name}\` can't be the name of a command.`
    const hint =
      'It is the name of a file in `.ion/commands`, without `.md`; no `/`, `\\` or `..`, no dot at its beginning.'
    report.error({ code: 'ION1117', span: scalar, message, hint })
  }
  return name
}
