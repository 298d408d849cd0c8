/** What a script says about names, as far as a look at its text can tell. */
export interface ScriptNames {
  /** Shell variables that it sets. */
  assigned: Set<string>
  /** Associative arrays among them. */
  associative: Set<string>
  /** `$` names that programs inside it bind: `jq --arg name`, `… as $name`, `$name = …`. */
  foreign: Set<string>
}

const assignments = [
  /(?:^|[\s;&|(){}`"'!<>])([A-Za-z_]\w*)(?:\[[^\]\n]{0,200}\])?\+?=(?!=)/g,
  /\$\{([A-Za-z_]\w*):?=/g,
  /\b(?:for|select|coproc)\s+([A-Za-z_]\w*)/g,
  /\bprintf\s+-v\s+["']?([A-Za-z_]\w*)/g,
  /\{([A-Za-z_]\w*)\}[<>]/g,
]
const declarations =
  /\b(?:read|mapfile|readarray|local|declare|typeset|export|readonly|getopts|let)\b([^;&|\n]*)/g
const declaredName = /(?:^|[\s"'])([A-Za-z_]\w*)/g
const associativeDeclarations = /\b(?:local|declare|typeset)\s+-\w*A\w*\s+([A-Za-z_]\w*)/g
const arithmetic = /\(\(([^()]*)/g
const arithmeticName =
  /([A-Za-z_]\w*)\s{0,20}(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--)|(?:\+\+|--)([A-Za-z_]\w*)/g
const bindings = [
  /--(?:arg|argjson|slurpfile|rawfile)[\s=]+["']?([A-Za-z_]\w*)/g,
  /\bas\s+\$([A-Za-z_]\w*)/g,
  /\$([A-Za-z_]\w*)\s{0,20}=(?!=)/g,
]

/**
 * Collects the names that a script gives values to. It errs on the side of too many: a name that is here is the
 * script's own, and nothing is said against it.
 *
 * @param script without its comments
 */
export function scriptNames(script: string): ScriptNames {
  const assigned = new Set(assignments.flatMap((pattern) => captures(script, pattern)))
  for (const rest of captures(script, declarations)) {
    for (const name of captures(rest, declaredName)) assigned.add(name)
  }
  for (const expression of captures(script, arithmetic)) {
    for (const name of captures(expression, arithmeticName)) assigned.add(name)
  }
  return {
    assigned,
    associative: new Set(captures(script, associativeDeclarations)),
    foreign: new Set(bindings.flatMap((pattern) => captures(script, pattern))),
  }
}

function captures(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, first, second]) => first ?? second ?? '')
}
