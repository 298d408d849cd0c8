/** What is open at a point of a script, from the outside in. */
export type Frame = CommandsFrame | DoubleFrame | HeredocFrame | ParameterFrame | ArithmeticFrame

/** A list of commands: the script, or what stands in `$(…)` or backticks. */
export interface CommandsFrame {
  kind: 'commands'
  start: number
  owner: CommandsFrame | null
  /** What ends it; `null` for the end of the text. */
  closer: ')' | null
  /** What is open inside and told apart only by the grammar of commands. */
  openers: Opener[]
  /** Here-documents whose bodies begin after the next newline. */
  heredocs: Heredoc[]
  /** Where the current word begins; -1 between words. */
  wordStart: number
  /** How many uses there were when the current word began. */
  wordUses: number
  /** A reserved word would be one here. */
  commandStart: boolean
  previousWord: string
  /** One word of the command is the name of something that runs programs given as text. */
  interpreter: boolean
  command: string | null
  /** The next word is where a redirection goes. */
  redirection: boolean
  /** Inside `[[ … ]]`: the uses of its last word, and whether the next word is evaluated as a number. */
  test: { from: number; to: number; numberNext: boolean } | null
}

/** Something that `)` or `esac` closes. */
export type Opener =
  | { kind: 'paren' | 'words'; commandStartAfter: boolean }
  | { kind: 'case'; expects: 'in' | 'pattern' | 'commands'; patternStart: boolean }

/** A here-document whose operator has been read. */
export interface Heredoc {
  /** The delimiter with its quotes, where it stands. */
  start: number
  end: number
  delimiter: string
  quoted: boolean
  stripTabs: boolean
}

/** `"…"`. */
export interface DoubleFrame {
  kind: 'double'
  start: number
  owner: CommandsFrame | null
}

/** The body of a here-document that bash expands. */
export interface HeredocFrame {
  kind: 'heredoc'
  start: number
  owner: null
}

/** `${…}`. */
export interface ParameterFrame {
  kind: 'parameter'
  start: number
  owner: CommandsFrame | null
  /** Whether it stands in double quotes or a here-document. */
  quoted: boolean
  expects: 'subscript' | 'operator' | 'word'
  /** What the word after the operator is: a text, a pattern (or its replacement), or a number. */
  word: 'text' | 'pattern' | 'number'
}

/** `$((…))`, `((…))`, `$[…]` or a subscript. */
export interface ArithmeticFrame {
  kind: 'arithmetic'
  start: number
  owner: CommandsFrame | null
  closer: '))' | ']'
  /** How deep in brackets of the closing kind. */
  depth: number
  /** References in an associative array's subscript are strings. */
  form: 'number' | 'double'
  /** Where to go back to when it turns out to be nested parentheses. */
  retry: Mark | null
}

/** How much had been found at a point, to forget what comes after it. */
export type Mark = Readonly<Record<'uses' | 'edits' | 'comments' | 'problems', number>>

/** A new list of commands. */
export function commandsFrame(start: number, place: { closer: ')' | null }): CommandsFrame {
  return {
    kind: 'commands',
    start,
    owner: null,
    closer: place.closer,
    openers: [],
    heredocs: [],
    wordStart: -1,
    wordUses: 0,
    commandStart: true,
    previousWord: '',
    interpreter: false,
    command: null,
    redirection: false,
    test: null,
  }
}
