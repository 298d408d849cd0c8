import { placeholderPattern } from '../read/default-value.ts'
import type { SopInput } from './inputs.ts'

/**
 * A bash script that looks for files. It prints those that are there, a line each, and fails when one is missing. A path
 * that stands for no file, since a parameter in it was not given, is left out.
 *
 * @param paths - With names of parameters in braces, which may stand in the values of others as well.
 */
export function filesScript(paths: readonly string[], inputs: readonly SopInput[]): string {
  const used = usedInputs(paths, inputs)
  return [
    'missing=""',
    'shopt -u patsub_replacement 2>/dev/null',
    ...used.map(({ name }, index) => `value_${index + 1}="$INPUTS.${name}"`),
    `for file in ${paths.map((path) => `'${path}'`).join(' ')}; do`,
    ...(used.length === 0 ? [] : replacement(used)),
    '  case $file in',
    '    *{*}*) echo "not looked for, since a parameter was not given: $file" >&2; continue ;;',
    '    "~/"*) file=$HOME/${file#"~/"} ;;',
    '  esac',
    '  if [ -e "$file" ]; then echo "$file"; else missing="$missing $file"; fi',
    'done',
    'if [ -n "$missing" ]; then echo "not there:$missing" >&2; exit 1; fi',
  ].join('\n')
}

/** Values can have names in braces too, so it is done once for each. */
function replacement(used: readonly SopInput[]): string[] {
  return [
    `  for round in ${used.map((_, index) => index + 1).join(' ')}; do`,
    ...used.map(({ parameter }, index) => `    file=\${file//"{${parameter.name}}"/$value_${index + 1}}`),
    '  done',
  ]
}

/** Those in the paths, those in the defaults of these, and so on. */
function usedInputs(paths: readonly string[], inputs: readonly SopInput[]): SopInput[] {
  const namesIn = (text: string) => Array.from(text.matchAll(placeholderPattern), ([, name = '']) => name)
  const names = new Set(paths.flatMap(namesIn))
  for (const name of names) {
    const preset = inputs.find(({ parameter }) => parameter.name === name)?.parameter.default
    if (preset?.kind === 'template') for (const other of namesIn(preset.value)) names.add(other)
  }
  return inputs.filter(({ parameter }) => names.has(parameter.name))
}
