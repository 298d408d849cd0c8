/** Something open. */
export type Bracket =
  /** `isHead`: of `if (…)` and the like, behind which a statement begins. */
  | { kind: 'paren'; isHead: boolean; start: number }
  | { kind: 'square'; start: number }
  /** `isBlock`: braces around statements, or the members of a class; else those of an object. */
  | { kind: 'brace'; isBlock: boolean; start: number }
  /** `${` of a template literal that began at `start`. */
  | { kind: 'hole'; start: number }

/** What has to be known of the tokens so far to tell a regular expression from a division. */
export interface ExpressionState {
  frames: Bracket[]
  /** The last token is the end of an operand. */
  afterOperand: boolean
  /** The last token is the dot of a member. */
  afterDot: boolean
  last: string
  /** How many slashes looked like the beginning of a regular expression that had no end. */
  failures: number
}

/** The state at the beginning of a script. */
export function startState(): ExpressionState {
  return { frames: [], afterOperand: false, afterDot: false, last: ';', failures: 0 }
}

/** More than this in a script are no slips of ours, and looking for the end of each would take too long. */
const mostFailures = 100

/** Whether a slash begins a regular expression here; else it divides. */
export function canBeginExpression({ afterOperand, failures }: ExpressionState): boolean {
  return !afterOperand && failures < mostFailures
}

/** Words that an expression follows. */
const openWords: ReadonlySet<string> = new Set(
  'await case default delete do else in instanceof new of return throw typeof void yield'.split(' '),
)
const heads: ReadonlySet<string> = new Set(['if', 'while', 'for', 'with'])
const isOperand = /^(?:[\p{L}\p{N}_$\\]|"")/u

/** Takes note of a word, an operand (`""`) or an operator. */
export function tokenRead(state: ExpressionState, word: string): void {
  const isMember = state.afterDot
  state.afterDot = word === '.' || word === '?.'
  // `++`, `--` and TypeScript's `!` right behind an operand leave it one.
  const keeps = word === '++' || word === '--' || word === 'x!'
  state.afterOperand = keeps ? state.afterOperand : isOperand.test(word) && (isMember || !openWords.has(word))
  state.last = isMember && heads.has(word) ? '""' : word
}

/** Takes note of `(`, `[`, `{` or `${`. */
export function opened(state: ExpressionState, sign: string, start: number): void {
  const { frames, last } = state
  if (sign === '(') frames.push({ kind: 'paren', isHead: heads.has(last), start })
  else if (sign === '[') frames.push({ kind: 'square', start })
  else if (sign === '{') frames.push({ kind: 'brace', isBlock: beginsBlock(state), start })
  else frames.push({ kind: 'hole', start })
  state.afterOperand = false
  state.afterDot = false
  state.last = sign
}

const closers: { readonly [Kind in Bracket['kind']]: string } = {
  paren: ')',
  square: ']',
  brace: '}',
  hole: '}',
}

/** Takes note of `)`, `]` or `}`, and returns what it closes; `null` when no such thing was open. */
export function closed(state: ExpressionState, sign: string): Bracket | null {
  const top = state.frames.at(-1)
  const frame = top !== undefined && closers[top.kind] === sign ? top : null
  if (frame !== null) state.frames.pop()
  const isHead = frame?.kind === 'paren' && frame.isHead
  const isBlock = frame?.kind === 'brace' && frame.isBlock
  state.afterOperand = !isHead && !isBlock
  state.afterDot = false
  state.last = sign
  return frame
}

const beforeBlock: ReadonlySet<string> = new Set([';', '{', '}', ')', '=>', 'else', 'do'])

function beginsBlock({ frames, last, afterOperand }: ExpressionState): boolean {
  if (afterOperand || beforeBlock.has(last)) return true
  const around = frames.at(-1)
  return last === ':' && (around === undefined || (around.kind === 'brace' && around.isBlock))
}
