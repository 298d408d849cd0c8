import { closestName } from './closest-name.ts'
import { isFileEnding } from './match-reference.ts'
import type { SourceProblem } from './problem.ts'
import { type NodeProperty, nodeProperties } from './reference.ts'

/** The stretch of the text that a problem is about. */
export interface Place {
  start: number
  /** Exclusive. */
  end: number
}

/**
 * Says that a reference names a node that doesn't exist.
 *
 * @param otherwise the hint for when no node has nearly that name
 */
export function unknownNode(
  place: Place,
  nodeId: string,
  nodeIds: ReadonlySet<string>,
  otherwise?: string,
): SourceProblem {
  const near = closestName(nodeId, nodeIds)
  const hint = near === undefined ? otherwise : `Did you mean \`${near}\`?`
  return {
    code: 'ION2001',
    severity: 'error',
    message: `There is no node \`${nodeId}\`.`,
    ...place,
    ...(hint === undefined ? {} : { hint }),
  }
}

/** Says that a reference names an input that isn't declared. */
export function unknownInput(place: Place, name: string, inputs: ReadonlySet<string>): SourceProblem {
  return {
    code: 'ION2002',
    severity: 'error',
    message: `There is no input \`${name}\`.`,
    ...place,
    hint: unknownInputHint(name, inputs),
  }
}

function unknownInputHint(name: string, inputs: ReadonlySet<string>): string {
  const near = closestName(name, inputs)
  if (near !== undefined) return `Did you mean \`${near}\`?`
  const prefix = [...inputs].find((input) => name.startsWith(`${input}-`))
  if (prefix !== undefined) {
    const rest = name.slice(prefix.length)
    return `A name goes as far as letters, digits, \`_\` and \`-\` do. To put \`${rest}\` after the input, write \`\${INPUTS.${prefix}}${rest}\`, in bash \`"$INPUTS.${prefix}"${rest}\`.`
  }
  return 'Declare it under `inputs:` of the workflow.'
}

/** Says that `$LOOP_PREV.…` is not there. */
export function loopPrevUnsupported(place: Place): SourceProblem {
  return {
    code: 'ION2004',
    severity: 'error',
    message: '`$LOOP_PREV.…`, the previous outputs of the nodes of a loop, is not supported.',
    ...place,
    hint: '`$LOOP_PREV_OUTPUT` is the previous output of the loop itself.',
  }
}

/** Says that `$a.outputs` is text, though it looks like a reference to the node `a`; `null` when it doesn't. */
export function nearlyProperty(place: Place, nodeId: string, word: string): SourceProblem | null {
  const near = closestName(word, nodeProperties)
  if (near === undefined) return null
  return {
    code: 'ION2005',
    severity: 'warning',
    message: `\`$${nodeId}.${word}\` is no reference: a node has ${propertyList}, not \`${word}\`.`,
    ...place,
    hint: `Did you mean \`$${nodeId}.${near}\`?`,
  }
}

const propertyList = nodeProperties.map((property) => `\`${property}\``).join(', ')

/** Says that `$biuld.status` is text, though a node has nearly that name; `null` when none has. */
export function nearlyNode(
  place: Place,
  node: { nodeId: string; property: NodeProperty },
  nodeIds: ReadonlySet<string>,
): SourceProblem | null {
  const near = closestName(node.nodeId, nodeIds)
  if (near === undefined) return null
  return {
    code: 'ION2014',
    severity: 'warning',
    message: `\`$${node.nodeId}.${node.property}\` is no reference: there is no node \`${node.nodeId}\`.`,
    ...place,
    hint: `Did you mean \`$${near}.${node.property}\`?`,
  }
}

/** A reference that a file's ending follows, or that ends in a field of such a name. */
export interface FileNameReference {
  nodeId: string
  path: (string | number)[]
  fileEnding: string | null
}

/**
 * Says how `.md` and the like behind an output are read: right behind it as a field, behind a field as text. `null` when
 * there is none.
 *
 * @param rewrite how to write the output `whole` with the text `ending` behind it
 */
export function fileEnding(
  place: Place,
  { nodeId, path, fileEnding: ending }: FileNameReference,
  rewrite: (whole: string, ending: string) => string,
): SourceProblem | null {
  const last = path.at(-1)
  if (ending !== null) {
    return {
      code: 'ION2008',
      severity: 'warning',
      message: `\`${ending}\` is text here, the end of a file name, and no field of \`$${nodeId}.output${pathText(path)}\`.`,
      ...place,
      hint: `To be plain about it write ${rewrite(`${nodeId}.output${pathText(path)}`, ending)}.`,
    }
  }
  if (!isFileEnding(last)) return null
  const whole = `${nodeId}.output${pathText(path.slice(0, -1))}`
  return {
    code: 'ION2008',
    severity: 'warning',
    message: `\`.${last}\` is read as a field of \`$${whole}\`, not as the end of a file name.`,
    ...place,
    hint: `For a file name write ${rewrite(whole, `.${last}`)}.`,
  }
}

function pathText(path: (string | number)[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
}
