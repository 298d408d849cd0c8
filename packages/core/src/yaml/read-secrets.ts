import type { InputDefinition, SecretName } from '../definition.ts'
import { closestName } from '../template/closest-name.ts'
import { variableNames } from '../template/reference.ts'
import type { FieldContext } from './read-fields.ts'
import { entryOf, type SourceMap, type SourceScalar } from './source-tree.ts'

const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/
const inputName = /^INPUTS\.([A-Za-z_][A-Za-z0-9_-]*)$/
const ionsOwn: ReadonlySet<string> = new Set(variableNames)

/** What the names under `secrets:` are checked against. */
export interface SecretContext extends FieldContext {
  inputs: ReadonlyMap<string, InputDefinition>
}

/** Reads `secrets:` of a workflow: names of environment variables, and inputs as `INPUTS.name`. Each counts once. */
export function readSecrets(root: SourceMap, context: SecretContext): SecretName[] {
  const value = entryOf(root, 'secrets')?.value
  const secrets = new Map<string, SecretName>()
  for (const item of value?.kind === 'list' ? value.items : []) {
    // What is no text has been reported with the other wrong values.
    if (item.kind !== 'scalar' || typeof item.value !== 'string') continue
    const secret = readSecret(item.value, item, context)
    if (secret) secrets.set(item.value, secrets.get(item.value) ?? secret)
  }
  return [...secrets.values()]
}

function readSecret(text: string, item: SourceScalar, context: SecretContext): SecretName | null {
  const position = context.source.position(item.start)
  const [, input] = inputName.exec(text) ?? []
  if (input !== undefined) {
    checkInput(input, item, context)
    return { kind: 'input', name: input, position }
  }
  if (environmentName.test(text) && !ionsOwn.has(text)) return { kind: 'environment', name: text, position }
  const message = ionsOwn.has(text)
    ? `\`${text}\` is a variable of Ion's, which can't be secret.`
    : `\`${text}\` can't be the name of a secret.`
  const hint = text.startsWith('$')
    ? `Write it without the \`$\`: \`${text.replace(/^\$\{?|\}$/g, '')}\`.`
    : 'A secret is the name of an environment variable, or an input as `INPUTS.name`.'
  context.report.error({ code: 'ION1501', span: item, message, hint })
  return null
}

function checkInput(name: string, item: SourceScalar, { inputs, report }: SecretContext): void {
  const input = inputs.get(name)
  if (input === undefined) {
    const near = closestName(name, [...inputs.keys()])
    const hint =
      near === undefined ? 'Declare it under `inputs:` of the workflow.' : `Did you mean \`INPUTS.${near}\`?`
    report.error({ code: 'ION1502', span: item, message: `There is no input \`${name}\`.`, hint })
  } else if (input.default !== undefined) {
    const message = `The input \`${name}\` is secret, and its default can be read in this file.`
    report.warning({ code: 'ION1503', span: item, message, hint: 'Make it `required: true` instead.' })
  }
}
