import { migrateStore, redactStoreUrl } from '@ion/executor'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { storeChoice } from '../store-option.ts'
import { storeCopyCommand } from './store-copy.ts'
import { storeExportCommand } from './store-export.ts'
import { storeImportCommand } from './store-import.ts'

/** `ion store`: what is done to a store as a whole. */
export function storeCommand(cli: Cli): Command {
  const migrate = new Command('migrate')
    .summary("make or update the tables of a store's database")
    .description(
      "Brings the tables of a store's database up to this version. Ion does that by itself when it first uses a store; this is " +
        'for a database in which the role that runs workflows may make no tables.',
    )
    .addHelpText('after', examples("ion store migrate --store 'postgres://owner@localhost/jobs?schema=ion'"))
    .action(async () => {
      cli.exitCode = await migrateTables(cli)
    })
  return new Command('store')
    .summary('move runs between stores, make or update the tables of a database')
    .description(
      'Looks after stores as a whole: `copy` carries runs from one store to another, `export` and `import` by way of one file; ' +
        '`migrate` makes or updates the tables of a database.',
    )
    .addHelpText(
      'after',
      examples(
        'ion store copy --from file:.ion/runs --to sqlite:ion.db',
        'ion store export --output runs.ion.gz',
        'ion store migrate --store sqlite:ion.db',
      ),
    )
    .helpCommand(false)
    .addCommand(migrate)
    .addCommand(storeCopyCommand(cli))
    .addCommand(storeExportCommand(cli))
    .addCommand(storeImportCommand(cli))
}

async function migrateTables(cli: Cli): Promise<number> {
  const { terminal, options } = cli
  const choice = await storeChoice(cli)
  const migrations = await migrateStore(choice.url, choice.options)
  const store = redactStoreUrl(choice.url)
  if (options.json) {
    const needed = migrations !== null
    terminal.printJson({ schema: 'ion/store-migration@1', store, needed, migrations: migrations ?? [] })
    return exitCodes.completed
  }
  for (const name of migrations ?? []) terminal.note(`made  ${name}`)
  terminal.note(`${store} ${standing(migrations)}`)
  return exitCodes.completed
}

function standing(migrations: string[] | null): string {
  if (migrations === null) return 'has no tables: there is nothing to migrate'
  return migrations.length === 0 ? 'has all its tables: nothing was missing' : 'is ready'
}
