import { resolve } from 'node:path'
import * as ion from '@ion/store'
import { closeDatabase, type Database, openDatabase, type Step } from './database.ts'
import { below, keys } from './keys.ts'

type Call = ion.CallOptions
type Page = { after?: number; limit: number }
type Work<Result> = (run: ion.StoredRun, now: string) => Promise<Result>
type Decide<Result> = (run: ion.StoredRun, at: ion.CommitState) => ion.Decision<Result>

const put = (key: string, value: unknown): Step => ({ type: 'put', key, value })
const putBytes = (key: string, value: Uint8Array): Step => ({
  type: 'put',
  key,
  value,
  valueEncoding: 'view',
})
const remove = (key: string): Step => ({ type: 'del', key })
const time = () => new Date().toISOString()

/** Keeps runs in LevelDB, for one process at a time. */
class LevelStore implements ion.StorePrimitives {
  readonly abilities = { processes: 'one', hosts: 'one', maxEventBytes: 1024 * 1024 } as const
  readonly #calls = new ion.Calls(asStoreError)
  readonly #database: Database
  #closed: Promise<void> | undefined

  constructor(database: Database) {
    this.#database = database
  }

  async createWorkflowRun(given: ion.NewRun, call?: Call) {
    const wanted = ion.givenRun(given)
    const key = keys.created(wanted)
    return await this.#alone([keys.run(wanted.id), key], call, async (now) => {
      const keyed = await this.#get<string>(key)
      const found = await Promise.all([wanted.id, keyed ?? wanted.id].map((id) => this.#find(id)))
      const { run, isNew } = ion.decideCreation(wanted, found, now)
      const steps = [put(keys.run(run.id), run), put(keys.listed(run), run.id), put(key, run.id)]
      if (isNew) await this.#write(steps)
      return ion.viewRun(run, now)
    })
  }

  async getWorkflowRun(id: string, call?: Call) {
    const run = await this.#calls.run(call, 'none', () => this.#find(id))
    return run ? ion.viewRun(run, time()) : null
  }

  async updateRunFields(id: string, given: ion.RunFields, call?: Call) {
    const fields = ion.givenFields(given)
    return await this.#change(id, call, async (run, now) => {
      const updated = ion.decideUpdate(run, fields, now)
      await this.#write([put(keys.run(id), updated)])
      return ion.viewRun(updated, now)
    })
  }

  async listWorkflowRuns(filter: ion.RunFilter, page: ion.PageRequest, call?: Call) {
    const after = ion.startOfPage(page)
    const range = { ...below('listed'), ...(after ? { lt: keys.listed(after) } : {}), reverse: true }
    return await this.#calls.run(call, 'none', async () => {
      const found: ion.RunSummary[] = []
      for await (const id of this.#database.values<string, string>(range)) {
        const run = await this.#find(id)
        const summary = run && ion.summaryOf(ion.viewRun(run, time()))
        if (summary && ion.matchesFilter(summary, filter)) found.push(summary)
        if (found.length > page.limit) break
      }
      return ion.pageOfRuns(found, page.limit)
    })
  }

  async deleteWorkflowRun(id: string, call?: ion.DeleteOptions) {
    await this.#alone([keys.run(id)], call, async (now) => {
      const run = await this.#find(id)
      if (!run) return
      ion.guardDeletion(run, now, call)
      const own = await this.#database.keys(below(`run/${id}`)).all()
      await this.#write([...own, keys.listed(run), keys.created(run)].map(remove))
    })
  }

  async appendEvents(id: string, given: ion.Append, call?: Call) {
    const append = ion.givenAppend(given, this.abilities)
    return await this.#commit(id, append, call, (run, at) => ion.decideAppend(run, append, at))
  }

  async claimWorkflowRun(id: string, owner: ion.Owner, ttlMs: number, given: ion.ClaimAppend, call?: Call) {
    const grant = ion.givenGrant(owner, ttlMs)
    const append = ion.givenAppend(given, this.abilities)
    return await this.#commit(id, append, call, (run, at) => ion.decideClaim(run, append, { ...at, grant }))
  }

  async renewClaim(id: string, held: ion.Claim, ttlMs: number, call?: Call) {
    ion.checkTtl(ttlMs)
    return await this.#change(id, call, async (run, now) => {
      const { run: renewed, claim } = ion.decideRenewal(run, held, { ttlMs, now })
      await this.#write([put(keys.run(id), renewed)])
      return claim
    })
  }

  async sendSignal(id: string, given: ion.NewSignal, call?: Call) {
    const wanted = ion.givenSignal(given)
    return await this.#change(id, call, async (run, now) => {
      const first = await this.#get<ion.WorkflowSignal>(keys.signalId(id, wanted.id))
      const { signal, run: after } = ion.decideSignal(run, wanted, { first, now })
      const places = [keys.signal(id, signal.sequence), keys.signalId(id, signal.id)]
      if (after) await this.#write([put(keys.run(id), after), ...places.map((at) => put(at, signal))])
      return signal
    })
  }

  async getWorkflowEvents(id: string, page: Page, call?: Call) {
    return await this.#read<ion.WorkflowEvent>(id, keys.event, page, call)
  }

  async getSignals(id: string, page: Page, call?: Call) {
    return await this.#read<ion.WorkflowSignal>(id, keys.signal, page, call)
  }

  async readBlob(id: string, ref: string, call?: Call) {
    const bytes = await this.#calls.run(call, 'none', () => this.#get<Uint8Array>(keys.blob(id, ref), 'view'))
    if (bytes) return bytes
    throw new ion.NotFoundError(`there is no run ${id} with a blob ${JSON.stringify(ref)}`)
  }

  async close() {
    this.#closed ??= this.#calls.close().then(() => closeDatabase(this.#database))
    await this.#closed
  }

  async #commit<Result>(id: string, append: ion.ClaimAppend, call: Call | undefined, decide: Decide<Result>) {
    return await this.#change(id, call, async (run, now) => {
      const first = await this.#get<ion.StoredCommit>(keys.commit(id, append.commitId))
      const { result, landing } = decide(run, { first, now })
      if (landing === null) return result
      await this.#write([
        put(keys.run(id), landing.run),
        put(keys.commit(id, append.commitId), landing.commit),
        ...landing.events.map((event) => put(keys.event(id, event.sequence), event)),
        ...(append.blobs ?? []).map(({ ref, bytes }) => putBytes(keys.blob(id, ref), bytes)),
      ])
      return result
    })
  }

  async #read<Item>(id: string, key: typeof keys.event, { after = 0, limit }: Page, call?: Call) {
    return await this.#calls.run(call, 'none', async () => {
      await this.#existing(id)
      const range = { gt: key(id, after), lte: key(id, Number.MAX_SAFE_INTEGER), limit }
      return await this.#database.values<string, Item>(range).all()
    })
  }

  /** Changes a run while nobody else does: nothing comes between what is read and what is written. */
  async #change<Result>(id: string, call: Call | undefined, work: Work<Result>) {
    return await this.#alone([keys.run(id)], call, async (now) => work(await this.#existing(id), now))
  }

  async #alone<Result>(things: string[], call: Call | undefined, work: (now: string) => Promise<Result>) {
    return await this.#calls.run(call, 'unknown', () => this.#database.turns.take(things, () => work(time())))
  }

  async #existing(id: string) {
    const run = await this.#find(id)
    if (run) return run
    throw new ion.NotFoundError(`there is no run ${id}`)
  }

  async #find(id: string) {
    ion.checkRunId(id)
    return await this.#get<ion.StoredRun>(keys.run(id))
  }

  async #get<Value>(key: string, valueEncoding: 'json' | 'view' = 'json') {
    return await this.#database.get<string, Value | undefined>(key, { valueEncoding })
  }

  /** Lands all steps or none, and resolves when they are on the disk. */
  async #write(steps: Step[]) {
    await this.#database.batch(steps, { sync: true })
  }
}

/** What LevelDB refused, as a store says it; a fault of this program stays what it is. */
function asStoreError(error: unknown, outcome: 'none' | 'unknown') {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('LEVEL_'))) return error
  return new ion.UnavailableError(error.message, outcome, { cause: error })
}

/** Opens a store: `level:runs` is a folder in the working directory, `level:/var/lib/runs` an absolute one. */
export async function openStore(url: string): Promise<ion.IWorkflowStore> {
  const folder = url.replace(/^level:/, '')
  if (folder === url || folder === '') throw new ion.InvalidRecordError(`${url} is no URL like level:folder`)
  const database = await new ion.Calls(asStoreError).run({}, 'none', () => openDatabase(resolve(folder)))
  return ion.composeStore(new LevelStore(database))
}
