/** What can be referred to. */
export interface ReferenceTarget {
  heading: string
}

/** The anchor that a heading gets on the web. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}

/** The headings that a text refers to: by a link, by name if that has two words, or as `the … section`. */
export function referencesIn(text: string, targets: readonly ReferenceTarget[]): string[] {
  return targets.map(({ heading }) => heading).filter((heading) => refersTo(text, heading))
}

function refersTo(text: string, heading: string): boolean {
  const anchor = anchorOf(heading)
  if (anchor !== '' && text.includes(`(#${anchor})`)) return true
  const [whole = '', ...parts] = [heading, ...heading.split(/\s*[:–—]\s*/).slice(0, 1)]
  for (const name of [whole, ...parts]) {
    if (/\s/.test(name) && includesName(text, name)) return true
  }
  const words = heading.split(' ').slice(0, 8)
  return words.some((_, index) => {
    const isEnough = index > 0 || words.length === 1
    return isEnough && includesName(text, `${words.slice(0, index + 1).join(' ')} section`)
  })
}

function includesName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
    const isWhole = !/[\p{L}\p{N}]/u.test(text.charAt(at - 1) + text.charAt(at + name.length))
    if (isWhole) return true
  }
  return false
}
