import fc from 'fast-check'

const pieces = [
  ...[
    '"',
    "'",
    '`',
    "'''",
    '"""',
    '\\',
    '\\\\',
    '\n',
    '\r',
    '\r\n',
    '\t',
    '\0',
    '\u2028',
    '\u2029',
    '\uFEFF',
  ],
  ...[
    '${',
    '$',
    '{',
    '}',
    '{{',
    '}}',
    '${process.exit(3)}',
    '{__import__("os")._exit(3)}',
    '$a.output',
    '\\$',
  ],
  ...['*/', '/*', '//', '#', '/', '[', ']', '(', ')', ';', '-->', '</script>', '%s', '%(x)s'],
  ...[
    '\\n',
    '\\x41',
    '\\u0041',
    '\\N{DIGIT ONE}',
    '\\0',
    '0',
    '7',
    '41',
    'a',
    'é',
    '漢',
    '😀',
    '\uD800',
    '\uDC00',
  ],
]

/** Texts that would break out of whatever they stand in. */
export const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
)

/** All of that, many times over: a megabyte. */
export const hostileMegabyte = pieces
  .join('x')
  .repeat(5_000)
  .slice(0, 1 << 20)
