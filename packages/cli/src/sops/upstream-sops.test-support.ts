import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseSop, type SopModel } from '@ion/sop-transpiler'

/** SOPs that other people wrote, beside the checkout; they are no part of the project. */
const corpus = fileURLToPath(new URL('../../../../../shared/corpus/sop/', import.meta.url))

const names = ['code-assist', 'code-task-generator', 'codebase-summary', 'eval', 'pdd']

/** A SOP of the corpus, with values for its parameters. */
export interface UpstreamSop {
  name: string
  text: string
  sop: SopModel
  /** The options of `ion run` that give the values. */
  inputs: string[]
  /** A text of the SOP as an agent gets it: with the values in the places of their names. */
  filled(text: string): string
  /** Everything that a step's prompt must have as the author wrote it. */
  constraintsOf(step: number): string[]
}

/**
 * Those of the corpus; none, and a line that says so, where it isn't there.
 *
 * @param short - How many the short form of the tests takes, by chance.
 */
export function upstreamSops(short: number): UpstreamSop[] {
  const found = names.filter((name) => existsSync(`${corpus}upstream__${name}.sop.md`))
  const missing = names.length - found.length
  if (missing > 0) console.log(`skipped ${missing} SOPs of the corpus: they are not in ${corpus}`)
  const taken = process.env.ION_LONG ? found : byChance(found).slice(0, short)
  return taken.map((name) => withValues(name, readFileSync(`${corpus}upstream__${name}.sop.md`, 'utf8')))
}

function byChance<T>(values: readonly T[]): T[] {
  const places = new Map(values.map((value) => [value, Math.random()]))
  return values.toSorted((one, two) => (places.get(one) ?? 0) - (places.get(two) ?? 0))
}

/** A SOP with a value for each parameter that has none by itself. */
export function withValues(name: string, text: string): UpstreamSop {
  const { sop } = parseSop(text, { path: `${name}.sop.md` })
  const values = sop.parameters.map(({ name: parameter, default: preset, values: [first] }) => {
    const isGiven = preset?.kind !== 'literal'
    return {
      parameter,
      isGiven,
      value: isGiven ? (first?.value ?? `value-of-${parameter}`) : String(preset.value),
    }
  })
  return {
    name,
    text,
    sop,
    inputs: values.flatMap(({ parameter, isGiven, value }) =>
      isGiven ? ['--input', `${parameter}=${value}`] : [],
    ),
    filled: (part) =>
      values.reduce((before, { parameter, value }) => before.replaceAll(`{${parameter}}`, () => value), part),
    constraintsOf(index) {
      const step = sop.steps[index]
      if (step === undefined) return []
      return [step, ...step.substeps].flatMap(({ constraints }) => constraints).map((one) => one.text)
    },
  }
}

/** Keeps each prompt in a file, and answers with the node's name. */
export const scriptedAgent = [
  'mkdir -p "prompts/$ION_NODE_ID"',
  'cat > "$(mktemp "prompts/$ION_NODE_ID/XXXXXX")"',
  'echo "result of $ION_NODE_ID"',
].join(' && ')
