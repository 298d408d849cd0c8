import type { SopSlice } from '../model.ts'
import { isConditionalLabel } from '../read/label.ts'
import { ownText, sentencesOf } from '../read/own-text.ts'
import type { SopInput } from './inputs.ts'
import { comparison, opposite, type ParameterTest, testReader } from './parameter-tests.ts'
import type { SopUnit } from './unit.ts'

/** A sentence that says when a step is skipped. */
export interface SkipSentence {
  slice: SopSlice
  /** When the step runs, in Ion's words; `null` when the sentence has not the form that can be told. */
  when: string | null
}

/** Finds the sentences that say when a whole unit is skipped. */
export function skipFinder(inputs: readonly SopInput[]): (unit: SopUnit) => SkipSentence[] {
  const forms = formsOf(inputs)
  return ({ parts }) => {
    const slices = parts.flatMap(({ constraints, statements }) => [
      ...constraints.filter(({ level }) => level !== 'may'),
      ...statements,
    ])
    return slices.flatMap((slice): SkipSentence[] => {
      const sentences = sentencesOf(ownText(slice.text)).filter((sentence) => speaksOfSkipping.test(sentence))
      return sentences.flatMap((sentence) => {
        const when = isConditionalLabel(slice.label) ? null : forms(sentence)
        return when !== null || isMeant(sentence) ? [{ slice, when }] : []
      })
    })
  }
}

const speaksOfSkipping =
  /\bskip(?:ped)?\s+(?:this|the (?:whole|entire))\s+(?:\w+\s+)?step\b|\bthis step only (?:if|when)\b|^only (?:if|when)\b|\bonly \w+ this step (?:if|when)\b/i

/** Whether a sentence is about the step it stands in, though its condition may have another form. */
function isMeant(sentence: string): boolean {
  return /\bstep\b/i.test(sentence) && !/\b(?:not|never|n't)\s+skip/i.test(sentence)
}

const skip =
  '(?:you )?(?:(?:must|shall|should) )?skip (?:this|the) (?:whole |entire )?step(?: entirely| completely| altogether)?'
const doIt = '(?:do|run|perform|execute|carry out|complete|take)'
const end = '(?:,? and (?:inform|tell|notify) the user(?: that)?\\b.*|,? (?:because|since|as)\\b.*)?[.;]?$'

/** When a step runs that such a sentence is about. */
function formsOf(inputs: readonly SopInput[]): (sentence: string) => string | null {
  const reader = testReader(inputs)
  if (reader === null) return () => null
  const { pattern: test, read } = reader
  const form = (source: string, runs: (test: ParameterTest) => ParameterTest) => ({
    pattern: new RegExp(`^${source}${end}`, 'i'),
    runs,
  })
  const same = (one: ParameterTest) => one
  const forms = [
    form(`(?:if|when) ${test},? (?:then )?${skip}`, opposite),
    form(`${skip},? (?:if|when) ${test}`, opposite),
    form(`unless ${test},? ${skip}`, same),
    form(`${skip},? unless ${test}`, same),
    form(
      `(?:you )?(?:(?:must|shall|should) )?(?:only )?${doIt} this step(?: only)? (?:if|when) ${test}`,
      same,
    ),
    form(`only (?:${doIt} this step )?(?:if|when) ${test}`, same),
  ]
  return (sentence) => {
    for (const { pattern, runs } of forms) {
      const found = pattern.exec(sentence)?.groups
      const tested = found === undefined ? null : read(found)
      if (tested !== null) return comparison(runs(tested))
    }
    return null
  }
}
