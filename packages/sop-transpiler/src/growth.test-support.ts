import { lintSop, parseSop, TranspileError, transpileSop } from './index.ts'

const head = '## Parameters\n- **p** (optional, default: true): x\n- **q** (required): y\n\n## Steps\n'

/** Texts of what there can be many of. */
const shapes: { [name: string]: string } = {
  'rows of a table': '| x | y |\n',
  steps: '### 1. Go\nx\n',
  'settings of steps': '### 1. Go\n<!-- ion: model: a -->\nx\n\n',
  'settings of one step': '<!-- ion: model: a -->\n',
  'steps at the same time': '### 1. Go\n<!-- ion: parallel-with: no -->\nx\n\n',
  'steps that are skipped': '### 1. Go\nIf p is false, skip this step.\n\n',
  constraints: '- You MUST save it to `{q}/x.md` and wait for approval\n',
  'words in one constraint': 'wait for NOT without ask for user ',
  'code in one constraint': 'save to `a/b.md` ',
}

/**
 * How the time of all that is done with a SOP grows from 10 kB to 100 kB, a line a shape. It is the time of the processor,
 * the least of three tries: on a machine that does other things too, the time on the wall says little. Nearly all of it is
 * the Markdown parser's. Of the rows of a table a profile shows a third as the collection of garbage and no function with
 * more than a tenth, so what grows faster there is memory, and no loop in a loop.
 */
export function growth(): string[] {
  return Object.entries(shapes).map(([name, piece]) => {
    const [small, large] = [10_000, 100_000].map((length) => leastTime(textOf(piece, length)))
    const times = small === undefined || large === undefined ? 0 : large / small
    return `${name}: ${small?.toFixed(0)} ms, ${large?.toFixed(0)} ms, ${times.toFixed(1)} times`
  })
}

function textOf(piece: string, length: number): string {
  const start = piece.startsWith('|')
    ? `${head}| a | b |\n|-|-|\n`
    : piece.startsWith('###')
      ? head
      : `${head}### 1. Go\n- x `
  return (start + piece.repeat(Math.ceil(length / piece.length))).slice(0, length)
}

function leastTime(text: string): number {
  const times = [0, 1, 2].map(() => {
    const start = process.cpuUsage()
    run(text)
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  })
  return Math.min(...times)
}

function run(text: string): void {
  lintSop(text)
  try {
    transpileSop(parseSop(text).sop, { gates: 'auto', artifacts: 'auto', verify: true })
  } catch (error) {
    // A workflow can be too large; what it takes to find that out counts as well.
    if (!(error instanceof TranspileError)) throw error
  }
}
