import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { PostgresServer } from './servers/postgres.ts'

/** What a storm has done so far. */
export interface Storm {
  /** How many processes of connections to Ion were killed, each of which takes down all connections. */
  backends: number
  /** How often the postmaster was killed, and the server started again on its data. */
  postmasters: number
  /** The longest time from a kill to the next connection, in milliseconds. */
  longestOutageMs: number
  /** Ends it, with the server answering. Rejects when the server did not come back. */
  end(): Promise<void>
}

/** How long a server may take to come back, in milliseconds. */
const patienceMs = 60_000

/** Kills processes of a server at random moments, with SIGKILL, until it is ended. */
export function startStorm(server: PostgresServer): Storm {
  let ended = false
  const rage = async () => {
    // One of each kind first, so that also a short storm has both.
    let kinds: (typeof deck)[number][] = ['postmaster', 'backend']
    while (!ended) {
      await sleep(50 + Math.random() * 700)
      if (kinds.length === 0) kinds = shuffled(deck)
      const began = performance.now()
      if (kinds.pop() === 'postmaster') {
        await server.kill('SIGKILL')
        await sleep(Math.random() * 300)
        await server.start()
        storm.postmasters += 1
      } else if (await killBackend(server.url)) storm.backends += 1
      await answer(server.url)
      storm.longestOutageMs = Math.max(storm.longestOutageMs, Math.round(performance.now() - began))
    }
  }
  const over = rage()
  over.catch(() => {})
  const storm: Storm = {
    ...{ backends: 0, postmasters: 0, longestOutageMs: 0 },
    async end() {
      ended = true
      await over
    },
  }
  return storm
}

const deck = ['backend', 'backend', 'postmaster'] as const

function shuffled<Item>(items: readonly Item[]): Item[] {
  const drawn = items.map((item) => ({ item, at: Math.random() }))
  return drawn.sort((a, b) => a.at - b.at).map(({ item }) => item)
}

/** Kills the process of one of Ion's connections, whatever it is doing. `false` when there is none, or the last kill is still felt. */
async function killBackend(url: string): Promise<boolean> {
  const backend = "select pid from pg_stat_activity where application_name = 'ion' order by random() limit 1"
  const pid = await ask(url, backend).catch(() => undefined)
  if (typeof pid !== 'number') return false
  process.kill(pid, 'SIGKILL')
  return true
}

/** Resolves when the server takes connections. */
async function answer(url: string): Promise<void> {
  for (const deadline = performance.now() + patienceMs; ; await sleep(20)) {
    try {
      await ask(url, 'select 1')
      return
    } catch (error) {
      if (performance.now() > deadline) throw new Error('the server does not come back', { cause: error })
    }
  }
}

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query({ text: statement, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end().catch(() => {})
  }
}
