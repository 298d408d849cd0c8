/** Levels whose keys the reference gives as a mapping behind the key that holds them: `retry` is `{max_attempts: …}`. */
const heldBy: { readonly [key: string]: string } = {
  inputs: 'input',
  evidence_policy: 'evidence_policy',
  worktree: 'worktree',
  container: 'container',
  retry: 'retry',
  context: 'context',
  from: 'with',
  decisions: 'decisions',
  on_reject: 'on_reject',
  fan_out: 'fan_out',
}

/**
 * The keys that a reference of Archon's workflow files lists in its sections 1.1 to 1.3, as `level.key`: those in its tables, in
 * the list of keys for agents, and in what it says of each kind of node.
 */
export function keysOfReference(text: string): string[] {
  const [workflow = '', nodes = '', kinds = ''] = ['1.1', '1.2', '1.3'].map((name) => section(text, name))
  const agents = /AI-only node fields(.*?)On non-AI/s.exec(nodes)?.[1] ?? ''
  const found = [
    ...tableKeys(workflow, 'workflow'),
    ...tableKeys(nodes, 'node'),
    ...leadingNames(agents).map((key) => `node.${key}`),
    ...held('context', agents),
    ...tableKeys(kinds, 'loop'),
    ...kinds.split('\n**').flatMap((kind) => keysOfKind(kind)),
  ]
  return [...new Set(found)]
}

function section(text: string, name: string): string {
  return text.split(`\n## ${name} `)[1]?.split('\n## ')[0] ?? ''
}

/** The keys in the first column, and in the mappings of the second. */
function tableKeys(text: string, level: string): string[] {
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  return rows.flatMap((row) => {
    const [first = '', second = ''] = row.slice(2).split(' | ')
    const keys = leadingNames(first)
    return [
      ...keys.map((key) => `${level}.${key}`),
      ...keys.flatMap((key) => held(key, `\`${key}\` ${second}`)),
    ]
  })
}

/** The keys that the paragraph on a kind of node names. */
function keysOfKind(paragraph: string): string[] {
  const prose = paragraph
    .split('\n')
    .filter((line) => !line.startsWith('|'))
    .join('\n')
  const kind = /^`(\w+):/.exec(prose)?.[1]
  if (kind === undefined) return []
  const inner = Object.keys(heldBy).flatMap((key) => held(key, prose))
  const isPart = kind === 'loop_group' || kind === 'approval'
  const names = isPart ? leadingNames(prose).filter((name) => name !== kind) : namesWithColon(prose)
  const own = names.filter((name) => !inner.includes(`fan_out.${name}`))
  return [`node.${kind}`, ...own.map((name) => `${isPart ? kind : 'node'}.${name}`), ...inner]
}

/** The names that pieces of code outside parentheses begin with. */
function leadingNames(text: string): string[] {
  return Array.from(withoutParentheses(text).matchAll(/`([a-z]\w*)[^`]*`/gi), ([, name = '']) => name)
}

/** The names that stand as `name:` at the beginning of a piece of code. */
function namesWithColon(text: string): string[] {
  return Array.from(text.matchAll(/`([a-z_]+):[^`]*`/g), ([, name = '']) => name)
}

/** The keys of the mapping that follows a key. */
function held(key: string, text: string): string[] {
  const level = heldBy[key]
  const mapping = new RegExp(`\\b${key}\\b[^{}\\n]{0,60}?(\\{.*?\\})`).exec(text)?.[1]
  if (key === 'from') return /\{from:/.test(text) ? ['with.from', 'with.if_skipped'] : []
  if (level === undefined || mapping === undefined) return []
  const names = withoutParentheses(mapping).matchAll(/[{,]\s*(\w+)\??\s*(?=[:,}])/g)
  return Array.from(names, ([, name = '']) => `${level}.${name}`)
}

function withoutParentheses(text: string): string {
  const inner = text.replace(/\([^()]*\)/g, '')
  return inner === text ? text : withoutParentheses(inner)
}
