/** When a person has to agree: before things go on behind the step, or before something in it. */
export type Asking = 'behind' | 'within'

/**
 * Whether a sentence asks for a person to agree: `wait for approval`, `ask the user to confirm`, `MUST NOT proceed without
 * confirmation`; within the step, `MUST NOT delete files without confirmation`. What forbids to ask, or does without, is
 * `null`.
 */
export function asksPerson(sentence: string): Asking | null {
  const text = sentence.replace(/`[^`]*`/g, '…').split(reasons)[0] ?? ''
  const isAsked = patterns.some((pattern) =>
    Array.from(text.matchAll(pattern)).some(({ index }) => !negation.test(text.slice(0, index))),
  )
  if (isAsked) return 'behind'
  if (!forbidden.some((pattern) => pattern.test(text))) return null
  return goingOn.test(text) ? 'behind' : 'within'
}

const reasons = /\b(?:because|since|due to|so that)\b/i
const person =
  "(?:the |a )?(?:user|human|person|operator|reviewer|stakeholder|requester|customer|team|maintainer)(?:s|'s|’s)?"
const agreement = '(?:approval|confirmation|consent|permission|go-ahead|sign-?off)s?'
const some = '[^.;:]{0,60}?'

const patterns = [
  `\\bwait(?:s|ing)? (?:for|until) ${some}\\b(?:${person}|${agreement})\\b`,
  `\\b(?:ask|request|get|obtain|seek|require|await|receive)(?:s|ing)? ${some}\\b${agreement}\\b`,
  `\\bask(?:s|ing)? ${person} ${some}\\b(?:to|if|whether|before|that|they|it|is|are)\\b ${some}\\b(?:approve|confirm|agree)\\b`,
  `\\bexplicitly ask(?:s|ing)? ${person}\\b`,
  `\\b(?:present|submit|show|share|send) ${some}\\bfor ${some}\\b${agreement}\\b`,
  `\\b(?:${person}|manual|explicit) ${agreement} (?:is|are) (?:required|needed)\\b`,
].map((source) => new RegExp(source, 'gi'))

/** Right before the words: `do not wait for`, `without asking for`. */
const negation = /\b(?:not|never|without|no need to|don't|don’t|cannot|instead of)\s+(?:\w+\s+){0,2}$/i

const forbidden = [
  `\\b(?:NOT|NEVER)\\b[^.;:]{0,160}?\\bwithout\\b ${some}\\b(?:${agreement}|user direction)\\b`,
  `\\b(?:NOT|NEVER)\\b[^.;:]{0,160}?\\b(?:until|unless|before)\\b ${some}\\b${person} ${some}\\b(?:approve|confirm|agree)`,
].map((source) => new RegExp(source))

const goingOn =
  /\b(?:NOT|NEVER)\s+(?:\w+\s+){0,3}?(?:proceed|continue|move|begin|start|go|return|advance|execute|implement|generate|transition)\b/
