/** The heading of a step, taken apart. */
export interface StepHeading {
  /** `2`, `2.5`, `4A`; `null` when there is none. */
  number: string | null
  /** The number as numbers and letters, for comparison: `[4, 1]` of `4A`. */
  order: number[]
  /** How it is written: `N`, `step N`. */
  style: string
  title: string
}

const pattern =
  /^(?:(step|phase|stage)\s+)?(\d{1,4}(?:\.\d{1,4})*)([A-Za-z](?:-[ivx]+)?(?=[.:)]|\s|$))?(\s*[.:)]\s*|\s*[-–—]\s+|\s+|$)(.*)$/is

/**
 * Reads the number that a heading may begin with.
 *
 * @example
 * stepHeading('Step 4A: Build') // { number: '4A', order: [4, 1], style: 'step N', title: 'Build' }
 */
export function stepHeading(text: string): StepHeading {
  const [, prefix, digits, letter = '', separator = '', title = ''] = pattern.exec(text) ?? []
  const isWord = letter !== '' && prefix === undefined && separator.trim() === ''
  if (digits === undefined || isWord) return { number: null, order: [], style: '', title: text }
  const order = digits.split('.').map(Number)
  if (letter !== '') order.push(letter.toLowerCase().charCodeAt(0) - 96)
  return {
    number: digits + letter,
    order,
    style: prefix === undefined ? 'N' : `${prefix.toLowerCase()} N`,
    title: title.trim() === '' ? text : title.trim(),
  }
}

/** Whether one number comes after another. */
export function comesAfter(order: number[], before: number[]): boolean {
  for (let at = 0; at < Math.max(order.length, before.length); at++) {
    const difference = (order[at] ?? 0) - (before[at] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

/** Whether `2.1` and `2a` are below `2`. */
export function isPartOf(order: number[], whole: number[]): boolean {
  return whole.length > 0 && order.length > whole.length && whole.every((part, at) => part === order[at])
}
