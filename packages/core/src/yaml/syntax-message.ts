import type { YAMLError } from 'yaml'

/** What is wrong with a YAML text, in words that help its author. */
export interface SyntaxMessage {
  message: string
  hint?: string
}

/** Says a syntax error of the YAML library plainly. */
export function syntaxMessage(error: YAMLError): SyntaxMessage {
  const known = messages[error.code]
  if (known !== undefined) return known
  const [first = 'This is not YAML'] = error.message.split('\n')
  return { message: first.endsWith('.') ? first : `${first}.` }
}

const messages: { [Code in YAMLError['code']]?: SyntaxMessage } = {
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A value on the same line as its key contains `: `, or more lines follow it.',
    hint: 'Quote the value, or write `|` after the key and the text below it, indented.',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'This text goes over several lines where a key is expected.',
    hint: 'Is a `:` after the key missing, or the text below it not indented?',
  },
  BLOCK_IN_FLOW: {
    message: 'An indented block stands inside `[…]` or `{…}`.',
    hint: 'Write the outer list or mapping as a block too, or the inner one in brackets.',
  },
  TAB_AS_INDENT: {
    message: 'A tab is used to indent.',
    hint: 'YAML is indented with spaces only.',
  },
  BAD_INDENT: {
    message: 'The indentation fits neither the lines above nor their block.',
    hint: 'Give all keys of one mapping the same indentation, and everything that belongs to a key more than it.',
  },
  BAD_SCALAR_START: {
    message: 'A text without quotes cannot begin with this character.',
    hint: 'Quote the text.',
  },
  BAD_DQ_ESCAPE: {
    message: 'There is no such escape in a text in double quotes.',
    hint: 'Write `\\\\` for a backslash, or use single quotes or a `|` block, which have no escapes.',
  },
  KEY_OVER_1024_CHARS: {
    message: 'A key is longer than 1,024 characters.',
    hint: 'Is a quote or a line break missing before it?',
  },
  BAD_DIRECTIVE: {
    message: 'A line that begins with `%` is a directive of YAML, and this one is not known.',
  },
  RESOURCE_EXHAUSTION: { message: 'The document is nested too deeply.' },
}
