import {
  type CallOptions,
  type DerivedStatus,
  InvalidRecordError,
  matchesFilter,
  type Page,
  type PageRequest,
  pageOfRuns,
  type RunFilter,
  type RunKey,
  type RunStatus,
  type RunSummary,
  runStatuses,
  startOfPage,
} from '@ion/store'
import { sql } from 'kysely'
import { escapeText } from './escaped-text.ts'
import { Parameter } from './parameter.ts'
import { summaryColumns, summaryOf } from './run-row.ts'
import type { SqlDatabase } from './sql-database.ts'
import type { Sql } from './sql-flavor.ts'

/** How many are read at once where those read before were not enough: there may be many that nobody is looking for. */
const readAgain = 1_000

const value = (name: string) => sql`${new Parameter(name)}`

/**
 * Runs newest first. The database finds those that the filter can mean; whether a running run's owner is alive is judged
 * here, so it may take a few reads to fill a page.
 */
export async function listRuns(
  database: SqlDatabase,
  filter: RunFilter,
  page: PageRequest,
  call?: CallOptions,
): Promise<Page<RunSummary>> {
  let after = startOfPage(page)
  const { limit } = page
  const exact: RunFilter = {
    ...filter,
    ...timeIn(filter, 'createdAfter'),
    ...timeIn(filter, 'createdBefore'),
    ...timeIn(filter, 'wakeBefore'),
  }
  const items: RunSummary[] = []
  for (let wanted = limit + 1; ; wanted = readAgain) {
    const found = await read(database, exact, { after, limit: wanted }, call)
    items.push(...found.filter((run) => matchesFilter(run, exact)))
    after = found.at(-1)
    if (items.length > limit || found.length < wanted) break
  }
  return pageOfRuns(items, limit)
}

async function read(
  database: SqlDatabase,
  filter: RunFilter,
  { after, limit }: { after: RunKey | undefined; limit: number },
  call: CallOptions | undefined,
): Promise<RunSummary[]> {
  const { tables, flavor } = database
  const statuses = storedStatuses(filter.status)
  const conditions: Sql[] = []
  const where = (given: unknown, condition: () => Sql) => {
    if (given !== undefined) conditions.push(condition())
  }
  where(statuses, () => oneOf(statuses ?? []))
  where(filter.workflowName, () => sql`run.workflow_name = ${value('workflowName')}`)
  where(filter.createdAfter, () => sql`run.created_at >= ${value('createdAfter')}`)
  where(filter.createdBefore, () => sql`run.created_at < ${value('createdBefore')}`)
  where(filter.wakeBefore, () => sql`run.wake_at <= ${value('wakeBefore')}`)
  where(filter.minPriority, () => sql`run.priority >= cast(${value('minPriority')} as double precision)`)
  where(
    after,
    () => sql`(run.created_at, run.id) < (${flavor.asTime(value('afterTime'))}, ${value('afterId')})`,
  )
  const key = `list ${statuses} ${Object.keys(filter).filter((name) => Reflect.get(filter, name) !== undefined)} ${after !== undefined}`
  const statement = () => sql`
    select ${summaryColumns(flavor)} from ${tables.workflow_runs} as run
    ${conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``}
    order by run.created_at desc, run.id desc limit ${value('limit')}`
  const values = {
    ...filter,
    ...{ limit, afterTime: after?.createdAt, afterId: after && escapeText(after.id) },
    workflowName: filter.workflowName && escapeText(filter.workflowName),
  }
  const rows = await database.query(key, statement, values, call)
  return rows.map(summaryOf)
}

/** `interrupted` and `running` are both stored as running. */
function storedStatuses(wanted: readonly DerivedStatus[] | undefined): RunStatus[] | undefined {
  if (!wanted) return undefined
  // Only names that we know become part of a statement.
  return runStatuses.filter(
    (status) => wanted.includes(status) || (status === 'running' && wanted.includes('interrupted')),
  )
}

function oneOf(statuses: readonly string[]): Sql {
  if (statuses.length === 0) return sql`false`
  return sql`run.status in (${sql.join(statuses.map((status) => sql.lit(status)))})`
}

function timeIn(
  filter: RunFilter,
  name: 'createdAfter' | 'createdBefore' | 'wakeBefore',
): Partial<RunFilter> {
  const given = filter[name]
  if (given === undefined) return {}
  const time = new Date(given)
  // Of years that have four digits, as all times of runs: others are no time in every database.
  if (!(time.getTime() >= firstTime && time.getTime() <= lastTime)) {
    throw new InvalidRecordError(`${name} is no time: ${JSON.stringify(given)}`)
  }
  return { [name]: time.toISOString() }
}

const firstTime = Date.parse('0001-01-01T00:00:00.000Z')
const lastTime = Date.parse('9999-12-31T23:59:59.999Z')
