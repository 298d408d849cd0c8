/** What an item of a list says itself, without the lists below it; on one line, without emphasis around the whole. */
export function ownText(text: string): string {
  const [own = ''] = text.split(/\n\s*(?:[-*+]|\d+[.)])\s/)
  return own
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^([*_]+)(.*)\1$/, '$2')
}

/** Texts that are longer than this are not looked at for what they ask of Ion. */
const mostCharacters = 2000

/** The sentences of a text on one line. Full stops in code and in names of files end none. */
export function sentencesOf(text: string): string[] {
  return text.length > mostCharacters ? [] : text.split(/(?<=[.!?][)"'*_]*)\s+(?=[A-Z*_`"(])/)
}
