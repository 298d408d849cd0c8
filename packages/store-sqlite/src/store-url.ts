import { fileURLToPath } from 'node:url'
import { InvalidRecordError } from '@ion/store'
import type { Synchronous } from './open-database.ts'

/** What a store's URL says. */
export interface SqliteUrl {
  file: string
  synchronous?: Synchronous
}

/** @throws {InvalidRecordError} when the URL names no database file of this machine. */
export function parseSqliteUrl(url: string): SqliteUrl {
  const [, place, query = ''] = /^sqlite:([^?]+)(?:\?(.*))?$/s.exec(url) ?? []
  if (place === undefined || place === ':memory:') {
    throw new InvalidRecordError(
      `${JSON.stringify(url)} is no SQLite store: sqlite:ion.db or sqlite:///folder/ion.db; memory: keeps runs in memory`,
    )
  }
  return { file: fileOf(url, place), ...synchronousOf(url, query) }
}

function fileOf(url: string, place: string): string {
  if (!place.startsWith('//')) return place
  try {
    return fileURLToPath(`file:${place.replaceAll('#', '%23')}`)
  } catch (error) {
    throw new InvalidRecordError(`${JSON.stringify(url)} names no file of this machine`, {}, { cause: error })
  }
}

function synchronousOf(url: string, query: string): Pick<SqliteUrl, 'synchronous'> {
  const { synchronous, ...unknown } = Object.fromEntries(new URLSearchParams(query))
  const [name] = Object.keys(unknown)
  if (name !== undefined) {
    throw new InvalidRecordError(
      `${JSON.stringify(url)}: a SQLite store has no option ${name}, only synchronous`,
    )
  }
  if (synchronous === undefined) return {}
  if (synchronous === 'full' || synchronous === 'normal') return { synchronous }
  throw new InvalidRecordError(`${JSON.stringify(url)}: synchronous is full or normal, not ${synchronous}`)
}
