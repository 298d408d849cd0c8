/** The kinds of files that are found by name: each has a folder of this name. */
export type FileKind = 'workflows' | 'commands' | 'scripts'

/** What the files of each kind are called. */
export const fileNames: { readonly [Kind in FileKind]: RegExp } = {
  workflows: /\.ya?ml$/i,
  commands: /\.md$/,
  scripts: /\.(?:ts|mts|js|mjs|py)$/,
}
