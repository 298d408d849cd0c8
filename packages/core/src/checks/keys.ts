import type { Report } from '../report.ts'
import { archonKey } from '../schema/archon/archon-keys.ts'
import { ionWord } from '../schema/foreign-words.ts'
import { type Level, rightPlaces, validKeys } from '../schema/level.ts'
import { closestName } from '../template/closest-name.ts'
import { type SourceEntry, type SourceMap, toJson } from '../yaml/source-tree.ts'

/**
 * Checks the keys of a mapping. Keys that begin with `x-` are free.
 *
 * @returns the mapping with mistyped keys called what they were meant to be, so that one slip is one error.
 */
export function checkKeys(map: SourceMap, level: Level, report: Report): SourceMap {
  const present = new Set(map.entries.map(({ key }) => key))
  const entries = map.entries.map((entry) => {
    const { key } = entry
    if (validKeys[level].includes(key) || key.startsWith('x-')) return entry
    const meant = checkOtherKey(entry, { level, present, report })
    if (meant === undefined || present.has(meant)) return entry
    present.add(meant)
    return { ...entry, key: meant }
  })
  return { ...map, entries }
}

/** Where a key stands, and with which others. */
interface KeyPlace {
  level: Level
  present: ReadonlySet<string>
  report: Report
}

/** Reports a key that isn't valid here, and returns what it was meant to be. */
function checkOtherKey(entry: SourceEntry, place: KeyPlace): string | undefined {
  const { key, keySpan: span } = entry
  const { level, report } = place
  const word = ionWord(level, key) ?? ionWord(level, snakeCase(key))
  if (word !== undefined) {
    const message = `\`${key}\` is called \`${word}\` here.`
    report.error({ code: 'ION1103', span, message, hint: `Write \`${word}:\`.` })
    // What other tools list as steps are no nodes: reading them as such would only bury this error.
    return word === 'nodes' ? undefined : word
  }
  return reportArchonKey(entry, place) ? undefined : checkUnknownKey(entry, level, report)
}

/** Reports a key of Archon that Ion ignores or doesn't have; `false` when it is none. */
function reportArchonKey(entry: SourceEntry, { level, present, report }: KeyPlace): boolean {
  const { key, keySpan: span } = entry
  const archon = archonKey(level, key)
  if (archon === undefined) return false
  const instead = archon.standing === 'ignored' ? archon.note : archon.whenOff
  const isHarmless = instead !== undefined && (isOff(entry) || present.has('approval'))
  // A key that has its place elsewhere was meant to do something there.
  if (!isHarmless && rightPlaces(level, key).length > 0) return false
  if (archon.standing === 'unsupported' && !isHarmless) {
    const message = `\`${pathOf(level, key)}\` is not supported yet.`
    report.error({ code: 'ION1105', span, message, hint: archon.note })
    return true
  }
  if (instead === undefined) return false
  report.warning({ code: 'ION1106', span, message: `\`${key}\` is ignored.`, hint: instead })
  return true
}

function checkUnknownKey(
  { key, keySpan: span }: SourceEntry,
  level: Level,
  report: Report,
): string | undefined {
  const message = `There is no key \`${key}\` here.`
  const snake = snakeCase(key)
  const places = rightPlaces(level, key)
  const near = validKeys[level].includes(snake) ? snake : closestName(key, validKeys[level])
  if (places.length > 0 && snake !== near) {
    report.error({ code: 'ION1104', span, message, hint: `It belongs ${places.join(' or ')}.` })
    return undefined
  }
  if (near !== undefined) {
    report.error({ code: 'ION1101', span, message, hint: `Did you mean \`${near}\`?` })
    return near
  }
  const hint = 'Keys of your own begin with `x-`.'
  report.warning({ code: 'ION1102', span, message: `The key \`${key}\` is unknown, and ignored.`, hint })
  return undefined
}

/** Whether a key is there only to say that its feature is not wanted. */
function isOff({ value }: SourceEntry): boolean {
  const json = toJson(value)
  if (json === false || json === null) return true
  if (typeof json !== 'object' || Array.isArray(json)) return false
  const switches = ['enabled', 'required'].filter((name) => Object.hasOwn(json, name))
  return switches.length > 0 && switches.every((name) => json[name] === false)
}

function pathOf(level: Level, key: string): string {
  return level === 'workflow' || level === 'node' ? key : `${level}.${key}`
}

function snakeCase(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[-\s]/g, '_')
    .toLowerCase()
}
