import type { SopInput } from './inputs.ts'
import { comparison, sameValue } from './parameter-tests.ts'

const behindName = /(?:^|\b(?:in|for|if)\s+(?:the\s+)?)[`"*_]*([\w-]+)[`"*_]*\s+mode\b/gi
const leading = /^(?:in|for)\s+([^,:]{1,80})[,:]/i
const marked = /`([^`]+)`|"([^"]+)"/g

/** Reads for which mode something holds, as a condition in Ion's words; `null` when for none. */
export interface ModeReader {
  ofText(text: string): string | null
  /** Of the label above a list. */
  ofLabel(label: string): string | null
}

/**
 * Reads for which mode a text says something (`In interactive mode, …`, `**Interactive Mode:** …`, ``In `guided` and
 * `semi_auto`, …``). A mode is a value of a parameter that lists it, or of one whose name ends in `mode`.
 */
export function modeReader(inputs: readonly SopInput[]): ModeReader {
  const find = (name: string, isCalledMode: boolean): string | null => {
    for (const input of inputs) {
      const { name: own, values, default: preset } = input.parameter
      if (preset !== null && preset.kind !== 'literal') continue
      const listed = values.find(({ value }) => sameValue(value, name))?.value
      const isMode = isCalledMode && values.length === 0 && /(?:^|_)mode$/i.test(own) && /^[\w-]+$/.test(name)
      const value = listed ?? (isMode ? name.toLowerCase() : undefined)
      if (value !== undefined && !value.includes("'")) return comparison({ input, isEqual: true, value })
    }
    return null
  }
  return {
    ofText(text) {
      const line = text.replace(/\s+/g, ' ')
      const lead = leading.exec(line)?.[1] ?? ''
      const found = [
        ...Array.from(line.matchAll(behindName), ([, name = '']) => find(name, true)),
        ...Array.from(lead.matchAll(marked), ([, code, quoted]) => find(code ?? quoted ?? '', false)),
      ].filter((condition) => condition !== null)
      return found.length === 0 ? null : [...new Set(found)].join(' || ')
    },
    ofLabel(label) {
      const name = label.replace(/\s+mode$/i, '')
      return find(name, name !== label)
    },
  }
}
