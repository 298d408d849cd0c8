import type { Terminal } from '../terminal.ts'
import type { NodeLine, Tone } from './node-line.ts'

type Colors = Terminal['colors']

const wordWidth = 5
const timeWidth = 7

/** How wide the column of node names is. */
export function nameWidth(names: Iterable<string>): number {
  let width = 8
  for (const name of names) width = Math.max(width, Math.min(name.length, 40))
  return width
}

/** A line about a node, in columns. */
export function formatNodeLine(line: NodeLine, width: number, colors: Colors): string {
  const word = colorOf(line.tone, colors)(line.word.padEnd(wordWidth))
  const text = `${line.node.padEnd(width)}  ${line.took.padEnd(timeWidth)}  ${line.detail}`.trimEnd()
  return `  ${word} ${line.word === 'start' ? colors.dim(text) : text}`
}

function colorOf(tone: Tone, colors: Colors): (text: string) => string {
  switch (tone) {
    case 'good':
      return colors.green
    case 'bad':
      return colors.red
    case 'attention':
      return colors.yellow
    case 'plain':
      return colors.dim
  }
}
