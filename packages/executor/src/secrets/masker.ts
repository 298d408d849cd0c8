import type { Json } from '@ion/store'
import { addStretch, FormMatcher, type Stretch } from './form-matcher.ts'
import { MaskStream, mask } from './mask-stream.ts'
import { secretForms } from './secret-forms.ts'

/**
 * Hides secret values in whatever is shown or kept. Every byte that belongs to an occurrence of a form of a value is
 * hidden, also where occurrences overlap; each run of such bytes becomes `***`.
 */
export class Masker {
  readonly #matcher: FormMatcher

  constructor(values: Iterable<string>) {
    const forms = new Set([...values].flatMap((value) => [...secretForms(value)]))
    this.#matcher = new FormMatcher([...forms].map((form) => Buffer.from(form)))
  }

  /** For bytes that come in chunks. */
  stream(): MaskStream {
    return new MaskStream(this.#matcher)
  }

  /** Whether a text holds a secret. */
  finds(text: string): boolean {
    return this.#find(Buffer.from(text)).length > 0
  }

  bytes(bytes: Uint8Array): Uint8Array {
    if (this.#find(bytes).length === 0) return bytes
    const stream = this.stream()
    return Buffer.concat([stream.push(bytes), stream.end()])
  }

  /** What is not secret stays as it is, lone surrogates included. */
  text(text: string): string {
    const stretches = this.#find(Buffer.from(text))
    if (stretches.length === 0) return text
    const offsets = new ByteOffsets(text)
    let masked = ''
    let at = 0
    for (const { start, end } of stretches) {
      masked += `${text.slice(at, offsets.indexOf(start))}${mask}`
      at = offsets.indexOf(end)
    }
    return masked + text.slice(at)
  }

  /** Every text of a JSON value, names of members included; a number that would show a secret becomes a text. */
  json(value: Json): Json {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number') return this.finds(String(value)) ? this.text(String(value)) : value
    if (value === null || typeof value === 'boolean') return value
    if (Array.isArray(value)) return value.map((item) => this.json(item))
    return this.members(value)
  }

  /** The same for the members of an object. */
  members(object: { readonly [name: string]: Json }): { [name: string]: Json } {
    const masked: { [name: string]: Json } = {}
    for (const [name, item] of Object.entries(object)) {
      const definition = { value: this.json(item), enumerable: true, configurable: true, writable: true }
      // Not an assignment, which would lose a member called `__proto__`.
      Object.defineProperty(masked, this.text(name), definition)
    }
    return masked
  }

  #find(bytes: Uint8Array): Stretch[] {
    const stretches: Stretch[] = []
    this.#matcher.read(bytes, 0, 0, (stretch) => addStretch(stretches, stretch))
    return stretches
  }
}

/** Where a byte of a text's UTF-8 stands in the text; to be asked with ascending numbers. */
class ByteOffsets {
  readonly #text: string
  #byte = 0
  #index = 0

  constructor(text: string) {
    this.#text = text
  }

  indexOf(byte: number): number {
    while (this.#byte < byte) {
      const code = this.#text.codePointAt(this.#index) ?? 0
      this.#byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
      this.#index += code < 0x10000 ? 1 : 2
    }
    return this.#index
  }
}
