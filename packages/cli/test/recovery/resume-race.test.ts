import { describe, expect, it } from 'vitest'
import { ionProject } from './ion-project.ts'
import { long, onEveryStore } from './stores.ts'

const workflow = `
name: race
nodes:
  - id: slow
    bash: sleep 3
  - id: after
    depends_on: [slow]
    bash: echo after
`

describe.each(long ? [2, 8] : [4])(
  '%i processes that resume one run on files, SQLite or Postgres at once',
  (count) => {
    it(
      'leave it to one of them; the others say who holds it, and exit with 5',
      {
        timeout: 180_000,
      },
      () =>
        onEveryStore(async (kind) => {
          const place = await ionProject(kind, { '.ion/workflows/race.yaml': workflow })
          const { child, ended } = place.start(['run', 'race', '--id', 'r'])
          await expect
            .poll(async () => (await place.events('r').catch(() => [])).length, { timeout: 20_000 })
            .toBeGreaterThan(1)
          child.kill('SIGKILL')
          await ended

          const racers = Array.from({ length: count }, () => place.start(['resume', 'r']))
          const ends = await Promise.all(racers.map((racer) => racer.ended))
          const winners = ends.flatMap(({ code }, index) => (code === 0 ? [racers[index]?.child.pid] : []))
          expect(winners, ends.map(({ code, stderr }) => `${code}: ${stderr}`).join('\n')).toHaveLength(1)
          for (const { code, stderr } of ends) {
            if (code === 0) continue
            expect(code).toBe(5)
            expect(stderr).toContain(`process ${winners[0]} `)
          }
          const starts = (await place.events('r')).filter(({ type }) => type === 'workflow_started')
          expect(starts).toHaveLength(2)
        }),
    )
  },
)
