import type { SopModel, SopSlice } from '../model.ts'
import { isConditionalLabel } from '../read/label.ts'
import { ownText, sentencesOf } from '../read/own-text.ts'
import { asksPerson } from './asks-person.ts'
import type { SopInput } from './inputs.ts'
import { modeReader } from './modes.ts'
import { comparison, opposite, testReader } from './parameter-tests.ts'
import type { SopUnit } from './unit.ts'

/** A sentence that asks for a person to agree. */
export interface GateSentence {
  slice: SopSlice
  /** The sentence, on one line. */
  text: string
  /** When it holds, in Ion's words; `null` for always. */
  when: string | null
  /** Whether it says when it holds in a way that can't be told before the step is done: then it is no gate. */
  isUnclear: boolean
}

const unclear = { when: null, isUnclear: true }

/** Finds the sentences of a unit that ask for a person to agree, and those about the mode that hold for it. */
export function gateFinder(
  sop: SopModel,
  { inputs, units }: { inputs: readonly SopInput[]; units: readonly SopUnit[] },
): (unit: SopUnit) => GateSentence[] {
  const modes = modeReader(inputs)
  const whenOf = conditionReader(inputs)
  const read = ({ slice, label }: { slice: SopSlice; label: string | null }): GateSentence[] =>
    sentencesOf(ownText(slice.text)).flatMap((text): GateSentence[] => {
      const asking = asksPerson(text)
      if (asking === null) return []
      if (asking === 'within') return [{ slice, text, ...unclear }]
      const mode = modes.ofText(text) ?? (label === null ? null : modes.ofLabel(label))
      if (mode !== null) return [{ slice, text, when: mode, isUnclear: false }]
      return [{ slice, text, ...(isConditionalLabel(label) ? unclear : whenOf(text)) }]
    })
  const sections = sop.sections
    .filter(({ heading, statements }) => statements.length > 0 && /\bmodes?\b/i.test(heading))
    .map(({ heading, statements }) => {
      const found = statements.flatMap((slice) => read({ slice, label: slice.label }))
      return { heading, sentences: found.filter(({ when }) => when !== null) }
    })
  const isReferred = (heading: string) => units.some(({ references }) => references.includes(heading))
  return (unit) => {
    const own = [...unit.constraints.filter(({ level }) => level !== 'may'), ...unit.statements].flatMap(
      (slice) => read({ slice, label: slice.label }),
    )
    const ofModes = sections
      .filter(({ heading }) => unit.references.includes(heading) || !isReferred(heading))
      .flatMap(({ sentences }) => sentences)
    return sop.steps.length === 0 ? [] : [...own, ...ofModes].toSorted(byPlace)
  }
}

/** When a gate opens that these sentences ask for; `null` for always. */
export function gateCondition(sentences: readonly GateSentence[]): string | null {
  if (sentences.some(({ when }) => when === null)) return null
  return [...new Set(sentences.map(({ when }) => when))].join(' || ')
}

function byPlace(a: GateSentence, b: GateSentence): number {
  const [left, right] = [a.slice.range.start, b.slice.range.start]
  return left.line - right.line || left.column - right.column
}

/** `If x is true, …` and `… unless x is true`; of any other condition it can't be told when it holds. */
function conditionReader(
  inputs: readonly SopInput[],
): (text: string) => Pick<GateSentence, 'when' | 'isUnclear'> {
  const reader = testReader(inputs)
  const leading = reader && new RegExp(`^(?:if|when|unless) ${reader.pattern}(?= mode|,|:)`, 'i')
  const trailing = reader && new RegExp(`\\b(?:if|when|unless) ${reader.pattern}(?: mode)?[.;]?$`, 'i')
  return (text) => {
    for (const pattern of [leading, trailing]) {
      const match = pattern?.exec(text)
      const test = match?.groups === undefined ? null : (reader?.read(match.groups) ?? null)
      if (!match || test === null) continue
      return { when: comparison(/^unless/i.test(match[0]) ? opposite(test) : test), isUnclear: false }
    }
    return { when: null, isUnclear: conditional.test(text) }
  }
}

/** At the beginning of a sentence, or behind what is asked for; but not `ask the user if`. */
const conditional =
  /^(?:(?:if|when|unless|while|for|in|on)\b[^,:]*[,:])|\b(?:approval|confirmation|consent|permission|confirm|approve)s?\b[^,;]{0,40}\b(?:if|when|unless)\b/i
