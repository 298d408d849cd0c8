import { isJson, type Json, logEntryBytes, logLevels, maxLogEntryBytes, type NewLogEntry } from '@ion/store'

/** As much of a message as an entry keeps whose whole is too large, in characters. */
const longestMessage = 4_000

/**
 * An entry that a store takes: a host need not be typed, and may note whatever it likes. What is too large says so, and how large it
 * was; the log of its node has all of it.
 */
export function fittingEntry(given: NewLogEntry): NewLogEntry {
  const { level, message, data, ...place } = given
  const entry: NewLogEntry = {
    ...place,
    level: logLevels.includes(level) ? level : 'info',
    message: String(message),
    ...(data === undefined ? {} : { data: asJson(data) }),
  }
  const bytes = logEntryBytes(entry)
  if (bytes <= maxLogEntryBytes) return entry
  const short = entry.message.slice(0, longestMessage)
  const cut = short === entry.message ? short : `${short}… (cut)`
  return { ...entry, message: cut, data: { omitted: 'too_large', bytes } }
}

/** What JSON makes of a value that is none. */
function asJson(data: unknown): Json {
  if (isJson(data)) return data
  try {
    const made: Json = JSON.parse(JSON.stringify(data) ?? 'null')
    return made
  } catch {
    return String(data)
  }
}
