import type { InputDefinition } from '../definition.ts'
import type { ReferenceSite } from '../reference-site.ts'
import type { Report } from '../report.ts'

/** The names that a source text uses as inputs, references or not. */
export function inputNamesIn(text: string): Set<string> {
  const matches = text.matchAll(/\$\{?INPUTS\.([A-Za-z_][A-Za-z0-9_-]*)/g)
  return new Set(Array.from(matches, ([, name = '']) => name))
}

/**
 * The inputs of a workflow that has no `inputs:` at all: those it refers to, as required texts. Each is warned of once.
 */
export function undeclaredInputs(sites: ReferenceSite[], report: Report): Map<string, InputDefinition> {
  const inputs = new Map<string, InputDefinition>()
  for (const { reference, span } of sites) {
    if (reference.kind !== 'input' || inputs.has(reference.name)) continue
    inputs.set(reference.name, { type: 'string', description: null, required: true })
    const message = `The input \`${reference.name}\` is not declared, and so taken as a required text.`
    report.warning({
      code: 'ION1306',
      span: span(),
      message,
      hint: 'Declare it under `inputs:` of the workflow.',
    })
  }
  return inputs
}
