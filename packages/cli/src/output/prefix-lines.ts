/**
 * Puts a prefix before each line of a stream of text, piece by piece. What comes after the last line break is a line too.
 *
 * @param chunks - Bytes of UTF-8, cut anywhere.
 */
export async function* prefixLines(
  prefix: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) yield lines.map((line) => `${prefix}${line}\n`).join('')
  }
  rest += decoder.decode()
  if (rest !== '') yield `${prefix}${rest}\n`
}
