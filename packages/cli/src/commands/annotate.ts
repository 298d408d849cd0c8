import { hasAnnotations, type Json, type NewAnnotation } from '@ion/store'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { CliError, usageError } from '../cli-error.ts'
import { currentUser } from '../current-user.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { checkPath, knownPaths } from '../known-paths.ts'
import { positiveInteger } from '../number-option.ts'
import { findRun, idShortener } from '../run-reference.ts'
import { withStore } from '../store-option.ts'

interface AnnotateFlags {
  node?: string
  attempt?: number
  by?: string
  idempotencyKey?: string
}

/** `ion annotate`: puts a note to a run. */
export function annotateCommand(cli: Cli): Command {
  return new Command('annotate')
    .summary('put a note to a run, or to one of its nodes')
    .description(
      'Puts a note to a run: a verdict, a score, a label, a link. It changes nothing of the run, and is there as long as the run ' +
        'is; ion show shows it. The value is JSON where it reads as JSON, else a text.',
    )
    .argument('<run>', 'id of the run, a unique beginning of it, or latest')
    .argument('<key=value>', 'what the note says')
    .option('--node <path>', 'the node that it is about: an id, or the path of an iteration such as refine/3')
    .option('--attempt <n>', 'which attempt of that node', positiveInteger)
    .option('--by <name>', 'who says so (default: the name you are logged in with)')
    .option('--idempotency-key <key>', 'the same key and content again adds no second note')
    .addHelpText(
      'after',
      examples('ion annotate latest score=4 --node draft', "ion annotate 7f3a verdict='ship it' --by ann"),
    )
    .action(async (reference: string, note: string, flags: AnnotateFlags) => {
      await annotate(cli, reference, annotationOf(note, flags))
      cli.exitCode = exitCodes.completed
    })
}

async function annotate(cli: Cli, reference: string, annotation: NewAnnotation): Promise<void> {
  await withStore(cli, async (store) => {
    if (!hasAnnotations(store)) {
      throw new CliError('this store takes no annotations', {
        code: 'no_annotations',
        exitCode: exitCodes.usage,
      })
    }
    const run = await findRun(store, reference)
    const { scope } = annotation
    if (scope !== undefined) checkPath(run, await knownPaths(store, run), scope)
    const made = await store.annotate(run.id, annotation)
    if (cli.options.json) cli.terminal.printJson({ schema: 'ion/annotation@1', ...made })
    else cli.terminal.note(`annotation ${made.sequence} of run ${(await idShortener(store))(run.id)}`)
  })
}

function annotationOf(note: string, flags: AnnotateFlags): NewAnnotation {
  const { node: scope, attempt, by: actor = currentUser(), idempotencyKey } = flags
  const equals = note.indexOf('=')
  if (equals < 1) throw usageError(`${JSON.stringify(note)} is not key=value`)
  return {
    key: note.slice(0, equals),
    value: noteValue(note.slice(equals + 1)),
    ...(scope === undefined ? {} : { scope }),
    ...(attempt === undefined ? {} : { attempt }),
    ...(actor === undefined ? {} : { actor }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  }
}

function noteValue(text: string): Json {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return text
  }
}
